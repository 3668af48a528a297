import { isRowAtFault } from '@werk/shared/database/is-row-at-fault'
import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Incident } from '@werk/shared/invgate/incident'
import type { FindMapping } from '../mirror/invgate-mapping.ts'
import type { MappingFailure } from '../mirror/mappings.repository.ts'
import { foldText } from '../tickets/fold-text.ts'
import type { MirroredTicket } from './mirror.repository.ts'
import type { Step } from './round-step.ts'
import type { SeenIncident, TakeOver } from './take-over.ts'

/** @returns whether anything was changed; if not, nothing was written at all, or the database refused it */
export type ApplyIncident = (
  ticket: MirroredTicket,
  seen: { incident: Incident; askedAt: Date },
  step: Step,
) => Promise<boolean>

type Needs = {
  takeOver: TakeOver
  invgate: Pick<InvGateClient, 'listComments'>
  findMapping: FindMapping
  noteFailure: (tenantId: number, failure: MappingFailure) => Promise<void>
  logger: { warn(fields: object, message: string): void }
}

/** Takes over what InvGate changed by itself, its comments too. */
export function createApplyIncident({
  takeOver,
  invgate,
  findMapping,
  noteFailure,
  logger,
}: Needs): ApplyIncident {
  /** Each once for each tenant. */
  const unmapped = new Set<string>()

  const noteUnmapped = async ({ id: ticketId, tenantId }: MirroredTicket, { id, statusId }: Incident) => {
    const key = `${tenantId} ${statusId}`
    if (statusId === null || unmapped.has(key)) return
    if ((await findMapping(tenantId)).statusOf(statusId) !== null) return
    unmapped.add(key)
    logger.warn({ inv_gate_id: id, status_id: statusId }, 'the status map lacks a status of InvGate')
    await noteFailure(tenantId, { kind: 'status', value: String(statusId), ticketId })
  }

  const readComments = async (
    ticket: MirroredTicket,
    incident: Incident,
    step: Step,
  ): Promise<SeenIncident['comments']> => {
    const { lastUpdateAt } = incident
    const asOf = ticket.commentsAsOf ?? incident.createdAt
    if (lastUpdateAt === null || (asOf !== null && lastUpdateAt <= asOf)) return null
    const list = await step(() => invgate.listComments(incident.id))
    return { list, asOf: readUpTo(lastUpdateAt, ticket.commentsAsOf) }
  }

  return async (ticket, { incident, askedAt }, step) => {
    await noteUnmapped(ticket, incident)
    const comments = await readComments(ticket, incident, step)
    if (comments === null && !isDifferent(ticket, incident)) return false
    try {
      await takeOver(ticket, { incident, askedAt, comments })
      return true
    } catch (err) {
      if (!isRowAtFault(err)) throw err
      // It would be so in every round, and no other ticket is to wait for it.
      const fields = { ticket_id: ticket.id, inv_gate_id: incident.id, err }
      logger.warn(fields, 'the database refuses what InvGate changed in a ticket')
      return false
    }
  }
}

/** InvGate counts whole seconds, and more may follow within one: it counts as read only when it was read twice. */
function readUpTo(lastUpdate: Date, before: Date | null): Date {
  const justBefore = new Date(lastUpdate.getTime() - 1)
  return before?.getTime() === justBefore.getTime() ? lastUpdate : justBefore
}

/** Than it was last seen. */
export function isDifferent(ticket: MirroredTicket, incident: Incident): boolean {
  const pairs = [
    [foldText(ticket.title), incident.title === null ? null : foldText(incident.title)],
    [foldText(ticket.description), incident.description === null ? null : foldText(incident.description)],
    [ticket.categoryId, incident.categoryId],
    [ticket.priorityId, incident.priorityId],
    [ticket.typeId, incident.typeId],
    [ticket.statusId, incident.statusId],
  ]
  return (
    pairs.some(([here, there]) => there !== null && there !== here) ||
    ticket.assignedId !== incident.assignedId ||
    ticket.assignedGroupId !== incident.assignedGroupId
  )
}
