import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'
import { mirroredFields } from '../tickets/mirrored-fields.ts'
import type { MirroredFields } from '../tickets/ticket.ts'
import type { StatusMap } from '../tickets/ticket-status.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import type { MirroredTicket, MirrorRepository } from './mirror.repository.ts'
import type { Step } from './round-step.ts'

/** @returns whether anything was changed; if not, nothing was written at all */
export type ApplyIncident = (
  ticket: MirroredTicket,
  seen: { incident: Incident; askedAt: Date },
  step: Step,
) => Promise<boolean>

type Needs = {
  tickets: Pick<TicketsRepository, 'refresh'>
  mirror: Pick<MirrorRepository, 'saveComments'>
  invgate: Pick<InvGateClient, 'listComments'>
  statusOf: StatusMap
  logger: { warn(fields: object, message: string): void }
}

/** Takes over what InvGate changed by itself. The comments come first, so that a failure leaves the change to be seen again. */
export function createApplyIncident(needs: Needs): ApplyIncident {
  const { tickets, mirror, invgate, statusOf, logger } = needs
  const unmapped = new Set<number>()

  const noteUnmapped = ({ id, statusId }: Incident) => {
    if (statusId === null || statusOf(statusId) !== null || unmapped.has(statusId)) return
    unmapped.add(statusId)
    logger.warn({ inv_gate_id: id, status_id: statusId }, 'the status map lacks a status of InvGate')
  }

  const applyComments = async (ticket: MirroredTicket, incident: Incident, step: Step) => {
    const { lastUpdateAt } = incident
    const asOf = ticket.commentsAsOf ?? incident.createdAt
    if (lastUpdateAt === null || (asOf !== null && lastUpdateAt <= asOf)) return false
    const comments = await step(() => invgate.listComments(incident.id))
    await mirror.saveComments(ticket.id, comments, readUpTo(lastUpdateAt, ticket.commentsAsOf))
    return true
  }

  return async (ticket, { incident, askedAt }, step) => {
    noteUnmapped(incident)
    const gotComments = await applyComments(ticket, incident, step)
    const fields = mirroredFields(ticket, incident, statusOf)
    const differs = isDifferent(ticket, fields)
    if (differs) await tickets.refresh(ticket.id, fields, askedAt)
    return differs || gotComments
  }
}

/** InvGate counts whole seconds, and more may follow within one: it counts as read only when it was read twice. */
function readUpTo(lastUpdate: Date, before: Date | null): Date {
  const justBefore = new Date(lastUpdate.getTime() - 1)
  return before?.getTime() === justBefore.getTime() ? lastUpdate : justBefore
}

function isDifferent(ticket: MirroredTicket, fields: MirroredFields): boolean {
  const names = Object.keys(fields) as (keyof MirroredFields)[]
  return names.some((name) => comparable(ticket[name]) !== comparable(fields[name]))
}

function comparable(value: MirroredFields[keyof MirroredFields]) {
  return value instanceof Date ? value.getTime() : value
}
