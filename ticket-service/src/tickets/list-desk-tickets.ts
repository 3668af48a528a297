import { type Page, type Position, pageOf } from '../paging/position.ts'
import type { DeskTicket } from './desk-ticket.ts'
import type { InSearchPlace } from './search-places.ts'
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

/**
 * A page of what the scope shows, in the order of time.
 * @throws AppError ticket.invalid for a search without a word, ticket.rate_limited and ticket.unavailable for too many at a time
 */
export type ListDeskTickets = (scope: TicketScope, asked: Asked) => Promise<Page<DeskTicket>>

type Needs = TicketListRepository & { inSearchPlace: InSearchPlace }

export function createListDeskTickets({ list, inSearchPlace }: Needs): ListDeskTickets {
  return async (scope, { filter: { typed, ...filter }, position, limit }) => {
    const search = typed === null ? null : searchQueryOf(typed)
    if (typed !== null && search === null) throw nothingToSearch()
    const look = () => list(scope, { ...filter, search }, position, limit + 1)
    const { tenantId, viewer } = scope
    const found = search === null ? await look() : await inSearchPlace(`${tenantId} ${viewer.key}`, look)
    return pageOf(found, position, limit)
  }
}
