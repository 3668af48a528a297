import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { ClaimUpload } from '../attachments/claim-upload.ts'
import { respondSla } from '../sla/sla-clock.ts'
import type { ChangeTicket } from '../tickets/change-ticket.ts'
import type { ChangedFields, DeskTicket } from '../tickets/desk-ticket.ts'
import type { By, Note } from '../tickets/record-change.ts'
import { isOwner, type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import { ticketMerged } from '../tickets/tickets.errors.ts'
import { waitingPart } from '../tickets/update-ticket.ts'
import type { FindMentionable } from './mentionable.ts'
import { cannotMention, onlyStaffWritesNotes } from './replies.errors.ts'
import type { RepliesRepository } from './replies.repository.ts'
import type { Reply } from './reply.ts'

export type NewReply = {
  message: string
  attachmentUrl: string | null
  internal: boolean
  /** The ticket waits for its requester from now on. */
  waits: boolean
  /** Accounts that are to be told of it. */
  mentions: readonly number[]
}

/** @throws AppError ticket.not_found, ticket.conflict, reply.forbidden, reply.invalid, attachment.* */
export type AddReply = (
  command: { scope: TicketScope; ticketId: string; by: By; wanted: NewReply; callerKey: string },
  also?: (tx: PoolConnection, reply: Reply) => Promise<void>,
) => Promise<{ reply: Reply; ticket: DeskTicket }>

type Needs = {
  changeTicket: ChangeTicket
  replies: Pick<RepliesRepository, 'insert'>
  claimUpload: ClaimUpload
  findMentionable: FindMentionable
}

/**
 * Adds a public reply or an internal note. InvGate gets it as a comment, later. The first public one of whoever answers the
 * ticket ends the time to respond; one of its owner ends that it waits for them.
 */
export function createAddReply({ changeTicket, replies, claimUpload, findMentionable }: Needs): AddReply {
  return async ({ scope, ticketId, by, wanted, callerKey }, also) => {
    const { message, internal, attachmentUrl } = wanted
    let reply: Reply | undefined
    const ticket = await changeTicket({ scope, id: ticketId, ifMatch: null }, by, async (before, tx) => {
      if (before.mergedInto !== null) throw ticketMerged(before.mergedInto)
      if ((internal || wanted.waits) && !worksOn(scope, before)) throw onlyStaffWritesNotes()
      const mentions = await judgeMentions(tx, before, wanted, findMentionable)
      // Now that the ticket is locked, so that a ticket's replies are in the order of their ids.
      const id = uuidv7()
      reply = {
        ...{ id, ticketId: before.id, origin: 'here', message, internal, attachmentUrl, isSolution: false },
        ...{ userId: by.actor.id, authorName: by.actor.name, authorId: null, invGateCommentId: null },
        createdAt: by.at,
      }
      await replies.insert(tx, reply)
      if (attachmentUrl !== null)
        await claimUpload(tx, {
          ...{ tenantId: before.tenantId, callerKey, callerUid: by.actor.id },
          ...{ attachmentUrl, ticketId: before.id, replyId: id },
        })
      await also?.(tx, reply)
      const follows = consequences(before, scope, wanted, by)
      return {
        fields: follows.fields,
        notes: [replied(reply), ...follows.notes],
        happenings: [{ kind: 'ticket.replied', reply: { id, message, internal, mentions } }],
        jobs: [{ kind: 'reply', replyId: id }],
      }
    })
    if (reply === undefined) throw new Error('a reply was not written')
    return { reply, ticket }
  }
}

function replied({ id, internal }: Reply): Note {
  return { action: internal ? 'noted' : 'replied', message: null, internal, details: { reply_id: id } }
}

function consequences(before: DeskTicket, scope: TicketScope, wanted: NewReply, by: By) {
  const answers = worksOn(scope, before) && !isOwner(scope.viewer, before) && !wanted.internal
  const isWaiting = before.waitingSince !== null
  const resumes = isWaiting && isOwner(scope.viewer, before) && !wanted.internal && !wanted.waits
  const waits = wanted.waits && !isWaiting
  const waiting = waits || resumes ? [waitingPart(waits, by.at)] : []
  const fields: ChangedFields = Object.assign({}, ...waiting.map((part) => part.fields))
  if (answers) fields.sla = respondSla(before.sla, by.at)
  return { fields, notes: waiting.map(({ note }) => note) }
}

async function judgeMentions(
  tx: PoolConnection,
  ticket: DeskTicket,
  { mentions, internal }: NewReply,
  findMentionable: FindMentionable,
): Promise<number[]> {
  const wanted = [...new Set(mentions)]
  if (wanted.length === 0) return []
  const found = await findMentionable(tx, ticket, wanted, internal)
  const missing = wanted.filter((id) => !found.includes(id))
  if (missing.length > 0) throw cannotMention(missing)
  return wanted
}
