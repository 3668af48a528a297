import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import { type SeenTicket, type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import type { Watcher } from './watcher.ts'
import type { WatchersRepository } from './watchers.repository.ts'

/**
 * Who watches a ticket, for those who answer it. Its requester is told of nobody but themselves. @throws AppError ticket.not_found
 */
export type ListWatchers = (scope: TicketScope, ticketId: string, self: number | null) => Promise<Watcher[]>

type Needs = { getTicket: GetDeskTicket; watchers: Pick<WatchersRepository, 'list'> }

export function createListWatchers({ getTicket, watchers }: Needs): ListWatchers {
  return async (scope, ticketId, self) => {
    const ticket = await getTicket(scope, ticketId)
    return shownTo(scope, ticket, self, await watchers.list(ticket.id))
  }
}

/** @param self the viewer's account */
export function shownTo(
  scope: TicketScope,
  ticket: SeenTicket,
  self: number | null,
  watchers: readonly Watcher[],
): Watcher[] {
  return watchers.filter(({ userId }) => userId === self || worksOn(scope, ticket))
}
