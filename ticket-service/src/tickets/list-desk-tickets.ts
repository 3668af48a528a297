import { type Page, type Position, pageOf } from '../paging/position.ts'
import type { DeskTicket } from './desk-ticket.ts'
import { searchQueryOf } from './search-query.ts'
import type { TicketFilter, TicketListRepository } from './ticket-list.repository.ts'
import type { TicketScope } from './ticket-policy.ts'
import { nothingToSearch } from './tickets.errors.ts'

type Asked = {
  /** `typed` is what somebody searches for. */
  filter: Omit<TicketFilter, 'search'> & { typed: string | null }
  position: Position
  limit: number
}

/** A page of what the scope shows, in the order of time. @throws AppError ticket.invalid for a search without a word */
export type ListDeskTickets = (scope: TicketScope, asked: Asked) => Promise<Page<DeskTicket>>

export function createListDeskTickets({ list }: TicketListRepository): ListDeskTickets {
  return async (scope, { filter: { typed, ...filter }, position, limit }) => {
    const search = typed === null ? null : searchQueryOf(typed)
    if (typed !== null && search === null) throw nothingToSearch()
    const found = await list(scope, { ...filter, search }, position, limit + 1)
    return pageOf(found, position, limit)
  }
}
