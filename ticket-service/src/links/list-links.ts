import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import { maySee, type TicketScope } from '../tickets/ticket-policy.ts'
import type { SeenLink } from './link.ts'
import type { LinksRepository } from './links.repository.ts'

/** A ticket's links to tickets that the caller may see, in the order of time. @throws AppError ticket.not_found */
export type ListLinks = (scope: TicketScope, ticketId: string) => Promise<SeenLink[]>

type Needs = { getTicket: GetDeskTicket; links: Pick<LinksRepository, 'list'> }

export function createListLinks({ getTicket, links }: Needs): ListLinks {
  return async (scope, ticketId) => {
    const { id } = await getTicket(scope, ticketId)
    return (await links.list(id)).filter(({ other }) => maySee(scope, other))
  }
}
