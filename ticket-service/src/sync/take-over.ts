import type { PoolConnection } from '@werk/shared/database/pool'
import type { IncidentComment } from '@werk/shared/invgate/comments'
import type { Incident } from '@werk/shared/invgate/incident'
import type { FindMapping } from '../mirror/invgate-mapping.ts'
import type { MirrorJobsRepository } from '../mirror/mirror-jobs.repository.ts'
import { type PeopleDirectory, whoIs } from '../mirror/people.ts'
import { resumeSla } from '../sla/sla-clock.ts'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import { withClock } from '../tickets/change-ticket.ts'
import type { DeskTicketsRepository } from '../tickets/desk-tickets.repository.ts'
import type { RecordChange } from '../tickets/record-change.ts'
import type { Actor } from '../tickets/ticket-event.ts'
import { judgeIncident } from './judge-incident.ts'
import type { MirrorRepository } from './mirror.repository.ts'
import type { TakeOverComments } from './take-over-comments.ts'

/** What InvGate was seen to have, and when it was asked. `comments` is null where they were not read. */
export type SeenIncident = {
  incident: Incident
  askedAt: Date
  comments: { list: readonly IncidentComment[]; asOf: Date } | null
}

/**
 * Takes over what InvGate changed by itself, with all that follows from it here, in one transaction: nothing of it is told to
 * InvGate again. What was asked before InvGate was last told something counts for nothing.
 */
export type TakeOver = (ticket: { id: string; tenantId: number }, seen: SeenIncident) => Promise<void>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  deskTickets: Pick<DeskTicketsRepository, 'lockAny'>
  mirror: Pick<MirrorRepository, 'lockColumns' | 'saveIncident'>
  mirrorJobs: Pick<MirrorJobsRepository, 'isStatePending'>
  recordChange: RecordChange
  takeOverComments: TakeOverComments
  findMapping: FindMapping
  findSlaTerms: FindSlaTerms
  directory: Pick<PeopleDirectory, 'findAgent'>
  clock: { now(): Date }
}

export const invgateActor: Actor = {
  ...{ kind: 'invgate', id: null, key: null, name: 'InvGate', address: null, requestId: null },
}

export function createTakeOver(needs: Needs): TakeOver {
  const { transaction, deskTickets, mirror, mirrorJobs, recordChange, takeOverComments } = needs

  return async ({ id, tenantId }, { incident, askedAt, comments }) => {
    // Before the transaction, which holds a connection already.
    const mapping = await needs.findMapping(tenantId)
    const { calendar } = await needs.findSlaTerms(tenantId, 'service')
    const { assignedId } = incident
    const agent =
      assignedId === null ? null : await needs.directory.findAgent(tenantId, whoIs(mapping, assignedId))
    const at = needs.clock.now()
    const by = { actor: invgateActor, at }

    await transaction(async (tx) => {
      const before = await deskTickets.lockAny(tx, id)
      const columns = before === null ? null : await mirror.lockColumns(tx, id)
      if (before === null || columns === null) return
      const isStale = columns.syncedAt > askedAt
      const isPending = await mirrorJobs.isStatePending(tx, id)
      const known = { mapping, agent, isPending, at }
      const change = isStale ? null : judgeIncident(before, columns, incident, known)
      const resume = (sla: typeof before.sla) => resumeSla(sla, calendar, at)
      let ticket = before
      if (change !== null) {
        const fields = withClock(before, change.fields, resume, at)
        ticket = await recordChange(tx, before, { ...change, fields }, by)
      }
      if (comments !== null) await takeOverComments(tx, ticket, comments.list, { resume, at, mapping })
      const asOf = comments?.asOf ?? null
      if (!isStale) await mirror.saveIncident(tx, id, { incident, askedAt, keepsState: isPending, asOf })
    })
  }
}
