import type { InvGateClient } from '@werk/shared/invgate/client'
import type { IncidentComment } from '@werk/shared/invgate/comments'
import { InvGateError } from '@werk/shared/invgate/invgate-error'
import type { Reply } from '../replies/reply.ts'
import { commentOf, isCommentOf } from './comment-of-reply.ts'
import type { FindReplyFiles } from './find-reply-files.ts'
import type { MirrorJob } from './mirror-jobs.repository.ts'

/** `wait`: InvGate may have it and does not list it yet. */
export type ReplyOutcome = { kind: 'sent' } | { kind: 'found'; comment: IncidentComment } | { kind: 'wait' }

/** @throws InvGateError and then it is known whether InvGate may have the comment: `sentAt` of the job says so */
export type MirrorReply = (job: MirrorJob, reply: Reply, to: SentTo) => Promise<ReplyOutcome>

type SentTo = {
  tenantId: number
  incidentId: number
  authorId: number
  taken: (commentIds: readonly number[]) => Promise<number[]>
}

type Needs = {
  invgate: Pick<InvGateClient, 'addComment' | 'listComments'>
  jobs: { markSent(id: number, at: Date): Promise<void>; markUnsent(id: number): Promise<void> }
  findFiles: FindReplyFiles
  /** How long after it was sent a request may still take effect in InvGate. */
  settleMs: number
  clock: { now(): Date }
}

/**
 * Makes a reply a comment in InvGate, once. InvGate tells no id and knows no reference of ours: one that was sent and not
 * answered is looked for among the comments, by its text, and only sent again when it can come no more.
 */
export function createMirrorReply({ invgate, jobs, findFiles, settleMs, clock }: Needs): MirrorReply {
  const send = async (job: MirrorJob, reply: Reply, { tenantId, incidentId, authorId }: SentTo) => {
    const files = await findFiles(tenantId, reply)
    await jobs.markSent(job.id, clock.now())
    const comment = {
      incidentId,
      authorId,
      message: commentOf(reply),
      customerVisible: !reply.internal,
      files,
    }
    await invgate.addComment(comment).catch(async (error: unknown) => {
      if (error instanceof InvGateError && error.effect === 'none') await jobs.markUnsent(job.id)
      throw error
    })
  }

  const find = async (reply: Reply, { incidentId, taken }: SentTo): Promise<IncidentComment | null> => {
    const alike = (await invgate.listComments(incidentId)).filter((comment) => isCommentOf(comment, reply))
    const others = await taken(alike.map(({ id }) => id))
    return alike.find(({ id }) => !others.includes(id)) ?? null
  }

  return async (job, reply, to) => {
    if (job.sentAt !== null) {
      const comment = await find(reply, to)
      if (comment !== null) return { kind: 'found', comment }
      if (clock.now().getTime() < job.sentAt.getTime() + settleMs) return { kind: 'wait' }
    }
    await send(job, reply, to)
    return { kind: 'sent' }
  }
}
