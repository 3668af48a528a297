import { type Page, type Position, pageOf } from '../paging/position.ts'
import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import type { RepliesRepository } from './replies.repository.ts'
import type { Reply } from './reply.ts'

/** A page of a ticket's replies in the order of time; internal notes for those alone who answer it. @throws AppError ticket.not_found */
export type ListReplies = (
  scope: TicketScope,
  ticketId: string,
  page: { position: Position; limit: number },
) => Promise<Page<Reply>>

type Needs = { getTicket: GetDeskTicket; replies: Pick<RepliesRepository, 'list'> }

export function createListReplies({ getTicket, replies }: Needs): ListReplies {
  return async (scope, ticketId, { position, limit }) => {
    const ticket = await getTicket(scope, ticketId)
    const withInternal = worksOn(scope, ticket)
    const found = await replies.list(ticket.id, { withInternal, position, limit: limit + 1 })
    return pageOf(found, position, limit)
  }
}
