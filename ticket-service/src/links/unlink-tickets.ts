import type { DeskTicketsRepository } from '../tickets/desk-tickets.repository.ts'
import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import type { By } from '../tickets/record-change.ts'
import { maySee, type TicketScope } from '../tickets/ticket-policy.ts'
import type { ChangePair } from './change-pair.ts'
import { linkChanges } from './link-tickets.ts'
import { linkNotFound } from './links.errors.ts'
import type { LinksRepository } from './links.repository.ts'

/** Removes a link from either end. @throws AppError ticket.not_found, link.not_found, ticket.forbidden, ticket.conflict */
export type UnlinkTickets = (command: {
  scope: TicketScope
  by: By
  ticketId: string
  linkId: string
}) => Promise<void>

type Needs = {
  getTicket: GetDeskTicket
  tickets: Pick<DeskTicketsRepository, 'find'>
  links: Pick<LinksRepository, 'find' | 'remove'>
  changePair: ChangePair
}

export function createUnlinkTickets({ getTicket, tickets, links, changePair }: Needs): UnlinkTickets {
  return async ({ scope, by, ticketId, linkId }) => {
    const ticket = await getTicket(scope, ticketId)
    const link = await links.find(ticket.id, linkId)
    if (link === null) throw linkNotFound()
    // A link to what the caller may not know of is none to them.
    const far = await tickets.find(scope.tenantId, link.from === ticket.id ? link.to : link.from)
    if (far === null || !maySee(scope, far)) throw linkNotFound()
    await changePair({ scope, ids: { one: link.from, other: link.to } }, by, async (pair, tx) => {
      if (!(await links.remove(tx, link.id))) throw linkNotFound()
      return linkChanges('unlinked', pair, link.id, link.kind)
    })
  }
}
