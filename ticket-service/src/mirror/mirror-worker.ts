import type { PoolConnection } from '@werk/shared/database/pool'
import { shownReason } from '@werk/shared/errors/shown-reason'
import { InvGateError } from '@werk/shared/invgate/invgate-error'
import type { RepliesRepository } from '../replies/replies.repository.ts'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { FindMapping } from './invgate-mapping.ts'
import type { MappingFailure } from './mappings.repository.ts'
import type { MirrorJob, MirrorJobsRepository } from './mirror-jobs.repository.ts'
import type { MirrorReply } from './mirror-reply.ts'
import type { MirrorState } from './mirror-state.ts'
import type { FindPerson, PeopleDirectory } from './people.ts'
import type { SeenInInvGate } from './seen.ts'

type Needs = {
  jobs: MirrorJobsRepository
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  findTicket: (id: string) => Promise<DeskTicket | null>
  replies: Pick<RepliesRepository, 'find' | 'link' | 'listLinked'>
  mirrorReply: MirrorReply
  mirrorState: MirrorState
  findPerson: FindPerson
  findMapping: FindMapping
  directory: Pick<PeopleDirectory, 'findLogin'>
  /** The user of InvGate's in whose name things are done by whoever InvGate does not know. */
  defaultUserId: number
  saveSeen: (tx: PoolConnection, ticketId: string, seen: SeenInInvGate) => Promise<void>
  noteFailure: (tenantId: number, failure: MappingFailure) => Promise<void>
  clock: { now(): Date }
  leaseMs: number
  logger: Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>
}

type Mirrored = DeskTicket & { invGateId: number }

const batch = 20
const waitMs = 5000
/** Of failures that are not InvGate's absence: about an hour. */
const mostAttempts = 60

/** Tells InvGate what became of its tickets here. Replicas share the work; a ticket's jobs are done in their order. */
export function createMirrorWorker(needs: Needs): () => Promise<void> {
  const { jobs, transaction, findTicket, replies, directory, findPerson, clock, logger } = needs

  const personOf = async (tenantId: number, userId: number | null, login = ''): Promise<number | null> => {
    const name = login || (userId === null ? null : await directory.findLogin(tenantId, userId))
    return findPerson({ tenantId, userId, login: name ?? '' })
  }

  const doReply = async (job: MirrorJob, ticket: Mirrored): Promise<void> => {
    const reply = job.replyId === null ? null : await replies.find(job.replyId)
    if (reply === null || reply.invGateCommentId !== null) return jobs.finish(job.id)
    const authorId = (await personOf(ticket.tenantId, reply.userId)) ?? needs.defaultUserId
    const { tenantId, invGateId: incidentId } = ticket
    const to = { tenantId, incidentId, authorId, taken: replies.listLinked }
    const outcome = await needs.mirrorReply(job, reply, to)
    if (outcome.kind === 'wait') return jobs.postpone(job.id, waitMs, 'sent, and not answered')
    if (outcome.kind === 'found') await replies.link(reply.id, outcome.comment)
    await jobs.finish(job.id)
  }

  const doState = async (job: MirrorJob, ticket: Mirrored): Promise<void> => {
    const { tenantId, agentId, invGateId: incidentId, status } = ticket
    const person = agentId === null ? null : await personOf(tenantId, agentId)
    if (agentId !== null && person === null)
      await needs.noteFailure(tenantId, { kind: 'agent', value: String(agentId), ticketId: ticket.id })
    const agent = agentId === null ? null : (person ?? undefined)
    const { statusOf } = await needs.findMapping(tenantId)
    const authorId = person ?? needs.defaultUserId
    const wanted = { incidentId, status, agentId: agent, authorId, statusOf }
    const incident = await needs.mirrorState(wanted)
    if (incident === null) return jobs.park(job.id, 'InvGate does not have the incident any more')
    await transaction(async (tx) => {
      await needs.saveSeen(tx, ticket.id, { ...incident, at: clock.now() })
      await jobs.finish(job.id, tx)
    })
  }

  const fail = async (job: MirrorJob, error: unknown): Promise<void> => {
    const reason = shownReason(error)
    const fields = {
      job: job.id,
      kind: job.kind,
      ticket_id: job.ticketId,
      attempt: job.attempts + 1,
      err: error,
    }
    const isHopeless = isRejected(error) && job.attempts + 1 >= 3
    if (isHopeless || (job.attempts + 1 >= mostAttempts && !isPassing(error))) {
      logger.error(fields, 'InvGate cannot be told of a change; an admin has to look')
      return jobs.park(job.id, reason)
    }
    const delayMs = delayAfter(job, error)
    logger.warn({ ...fields, retry_in_ms: delayMs }, 'InvGate will be told of a change later')
    await jobs.postpone(job.id, delayMs, reason)
  }

  const handle = async (job: MirrorJob): Promise<void> => {
    try {
      const ticket = await findTicket(job.ticketId)
      if (ticket === null) return await jobs.finish(job.id)
      const { invGateId } = ticket
      if (invGateId === null) throw new Error('InvGate does not have the ticket yet')
      if (job.kind === 'reply') await doReply(job, { ...ticket, invGateId })
      else await doState(job, { ...ticket, invGateId })
    } catch (error) {
      await fail(job, error)
    }
  }

  return async function workOff(): Promise<void> {
    const due = await jobs.claimDue(batch, needs.leaseMs)
    await Promise.all(due.map(handle))
    // What follows in the same ticket is due now. What failed is not, so this ends.
    if (due.length > 0) await workOff()
  }
}

function isRejected(error: unknown): boolean {
  return error instanceof InvGateError && error.kind === 'rejected'
}

/** InvGate's absence, however long it is, is nobody's fault here. */
function isPassing(error: unknown): boolean {
  return error instanceof InvGateError && error.kind !== 'rejected'
}

/** 1 s, 2 s, 4 s … up to a minute, the upper half of it at random; not before InvGate wants to be asked again. */
function delayAfter({ attempts }: MirrorJob, error: unknown): number {
  const full = Math.min(1000 * 2 ** Math.min(attempts, 6), 60_000)
  const asked = error instanceof InvGateError ? (error.retryAfterMs ?? 0) : 0
  return Math.max(Math.round(full / 2 + Math.random() * (full / 2)), Math.min(asked, 3_600_000))
}
