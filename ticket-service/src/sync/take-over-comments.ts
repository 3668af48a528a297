import type { PoolConnection } from '@werk/shared/database/pool'
import type { IncidentComment } from '@werk/shared/invgate/comments'
import { v7 as uuidv7 } from 'uuid'
import { isCommentOf } from '../mirror/comment-of-reply.ts'
import type { InvGateMapping } from '../mirror/invgate-mapping.ts'
import { solutionMessage } from '../mirror/mirror-state.ts'
import { type FindAuthor, whoIs } from '../mirror/people.ts'
import type { RepliesRepository } from '../replies/replies.repository.ts'
import type { Reply } from '../replies/reply.ts'
import { respondSla, type SlaState } from '../sla/sla-clock.ts'
import { withClock } from '../tickets/change-ticket.ts'
import type { ChangedFields, DeskTicket } from '../tickets/desk-ticket.ts'
import type { RecordChange } from '../tickets/record-change.ts'

type When = { resume: (sla: SlaState) => SlaState; at: Date; mapping: InvGateMapping }

/**
 * Makes InvGate's comments replies here, once. One that is a reply of ours, come back, is only noted as such: by its id, or,
 * where InvGate's answer never told that, by its text. @returns the ticket as it is then
 */
export type TakeOverComments = (
  tx: PoolConnection,
  ticket: DeskTicket,
  comments: readonly IncidentComment[],
  when: When,
) => Promise<DeskTicket>

type Needs = {
  replies: Pick<RepliesRepository, 'listForMatching' | 'insert' | 'link' | 'amend'>
  recordChange: RecordChange
  findAuthor: FindAuthor
}

export function createTakeOverComments({ replies, recordChange, findAuthor }: Needs): TakeOverComments {
  const add = async (tx: PoolConnection, ticket: DeskTicket, comment: IncidentComment, when: When) => {
    const { authorId } = comment
    const author =
      authorId === null ? null : await findAuthor(tx, ticket.tenantId, whoIs(when.mapping, authorId))
    const reply: Reply = {
      ...{ id: uuidv7(), ticketId: ticket.id, origin: 'invgate', attachmentUrl: null },
      ...{ userId: author?.id ?? null, authorName: author?.name ?? 'InvGate', authorId: comment.authorId },
      ...{ message: comment.message ?? '', internal: !comment.customerVisible },
      ...{ isSolution: comment.isSolution, invGateCommentId: comment.id },
      createdAt: comment.createdAt ?? when.at,
    }
    await replies.insert(tx, reply)
    const { id, internal, message } = reply
    const byOwner = author !== null && author.id === ticket.userId
    const changed: ChangedFields = {}
    if (!internal && byOwner && ticket.waitingSince !== null) changed.waitingSince = null
    if (!internal && !byOwner) changed.sla = respondSla(ticket.sla, reply.createdAt)
    const actor = { kind: 'invgate', id: reply.userId, key: null, name: reply.authorName } as const
    return recordChange(
      tx,
      ticket,
      {
        fields: withClock(ticket, changed, when.resume, when.at),
        notes: [
          { action: internal ? 'noted' : 'replied', message: null, internal, details: { reply_id: id } },
        ],
        happenings: [{ kind: 'ticket.replied', reply: { id, message, internal, mentions: [] } }],
        jobs: [],
      },
      { actor: { ...actor, address: null, requestId: null }, at: when.at },
    )
  }

  return async (tx, before, comments, when) => {
    const known = await replies.listForMatching(
      tx,
      before.id,
      comments.map(({ id }) => id),
    )
    const byId = new Map(known.map((reply) => [reply.invGateCommentId, reply]))
    const unlinked = known.filter(({ invGateCommentId }) => invGateCommentId === null)
    let ticket = before
    for (const comment of comments) {
      const same = byId.get(comment.id)
      if (same !== undefined) {
        if (same.origin === 'invgate') await amend(tx, same, comment, replies)
        continue
      }
      // What this service says itself, because InvGate wants a solution to say something.
      if (comment.isSolution && comment.message === solutionMessage) continue
      const ours = unlinked.find((reply) => isCommentOf(comment, reply))
      if (ours === undefined) ticket = await add(tx, ticket, comment, when)
      else {
        unlinked.splice(unlinked.indexOf(ours), 1)
        await replies.link(ours.id, comment, tx)
      }
    }
    return ticket
  }
}

async function amend(
  tx: PoolConnection,
  { id, message, internal, isSolution }: Reply,
  comment: IncidentComment,
  replies: Pick<RepliesRepository, 'amend'>,
): Promise<void> {
  const now = {
    message: comment.message ?? '',
    internal: !comment.customerVisible,
    isSolution: comment.isSolution,
  }
  const isSame = now.message === message && now.internal === internal && now.isSolution === isSolution
  if (!isSame) await replies.amend(tx, id, now)
}
