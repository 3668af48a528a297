import type { DeskTicket } from './desk-ticket.ts'
import type { DeskTicketsRepository } from './desk-tickets.repository.ts'
import { maySee, type TicketScope } from './ticket-policy.ts'
import { ticketNotFound } from './tickets.errors.ts'

/** @throws AppError ticket.not_found, for what the scope does not show as for what there is not */
export type GetDeskTicket = (scope: TicketScope, id: string) => Promise<DeskTicket>

export function createGetDeskTicket({
  tickets,
}: {
  tickets: Pick<DeskTicketsRepository, 'find'>
}): GetDeskTicket {
  return async (scope, id) => {
    const ticket = await tickets.find(scope.tenantId, id)
    if (ticket === null || !maySee(scope, ticket)) throw ticketNotFound()
    return ticket
  }
}
