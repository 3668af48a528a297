import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { ActivitiesRepository } from '../activities/activities.repository.ts'
import type { Deed } from '../audit/audit.repository.ts'
import type { MirrorJobsRepository, NewMirrorJob } from '../mirror/mirror-jobs.repository.ts'
import type { ChangedFields, DeskTicket } from './desk-ticket.ts'
import type { DeskTicketsRepository } from './desk-tickets.repository.ts'
import type { Actor, TellOthers, TicketEvent } from './ticket-event.ts'

/** One thing that changed: it becomes one activity and one entry of the audit. */
export type Note = {
  action: string
  /** For people. */
  message: string | null
  /** Not for the requester. */
  internal: boolean
  /** For the audit. */
  details: Record<string, unknown>
}

/** What happened, without what every event of a ticket has. */
export type Happening = TicketEvent extends infer E
  ? E extends TicketEvent
    ? Omit<E, 'ticket' | 'actor' | 'at'>
    : never
  : never

export type Change = {
  fields: ChangedFields
  notes: readonly Note[]
  happenings: readonly Happening[]
  /** What InvGate has to be told. What came from there leaves this empty, so that nothing ever goes round in a circle. */
  jobs: readonly NewMirrorJob[]
}

/** Who changes something, and when. */
export type By = { actor: Actor; at: Date }

/** Writes a change of a locked ticket with all that follows from it, in its transaction. @returns the ticket as it is now */
export type RecordChange = (
  tx: PoolConnection,
  before: DeskTicket,
  change: Change,
  by: By,
) => Promise<DeskTicket>

type Needs = {
  tickets: Pick<DeskTicketsRepository, 'update'>
  activities: Pick<ActivitiesRepository, 'insert'>
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
  mirrorJobs: Pick<MirrorJobsRepository, 'add'>
  tellOthers: TellOthers
}

export function createRecordChange(needs: Needs): RecordChange {
  const { tickets, activities, appendAudit, mirrorJobs, tellOthers } = needs

  return async (tx, before, { fields, notes, happenings, jobs }, { actor, at }) => {
    const { id, tenantId } = before
    // Whoever waited for another change came here earlier than that was made; time does not go back for it.
    const updatedAt = at > before.updatedAt ? at : before.updatedAt
    await tickets.update(tx, id, fields, updatedAt)
    for (const { action, message, internal, details } of notes) {
      const [actorId, actorName] = [actor.id, actor.name]
      await activities.insert(tx, {
        ...{ id: uuidv7(), ticketId: id, actorId, actorName, action, message, internal, createdAt: at },
      })
      await appendAudit(tx, {
        ...{ tenantId, actor, at, action: `ticket.${action}`, subject: `ticket:${id}`, details },
      })
    }
    await mirrorJobs.add(tx, id, jobs)
    const ticket = { ...before, ...fields, updatedAt, version: before.version + 1 }
    for (const happening of happenings)
      await tellOthers(tx, { ticket: ticketOfEvent(ticket), actor, at, ...happening })
    return ticket
  }
}

/** What an event tells of its ticket. */
export function ticketOfEvent(ticket: DeskTicket): TicketEvent['ticket'] {
  const { id, tenantId, title, status, priority, category, userId, creatorKey, agentId, sla } = ticket
  const { escalationLevel } = sla
  return { id, tenantId, title, status, priority, category, userId, creatorKey, agentId, escalationLevel }
}
