import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import { onlyStaffTags } from './tags.errors.ts'
import type { TagCount, TagsRepository } from './tags.repository.ts'

/** A ticket's, for those who answer it. @throws AppError ticket.not_found, tag.forbidden */
export type ListTags = (scope: TicketScope, ticketId: string) => Promise<string[]>

/** A page of a tenant's tags in their order, and how many tickets have each; what comes after the cursor. */
export type CountTags = (
  tenantId: number,
  page: { cursor: string | null; limit: number },
) => Promise<{ items: TagCount[]; nextCursor: string | null }>

export function createListTags({
  getTicket,
  tags,
}: {
  getTicket: GetDeskTicket
  tags: Pick<TagsRepository, 'list'>
}): ListTags {
  return async (scope, ticketId) => {
    const ticket = await getTicket(scope, ticketId)
    if (!worksOn(scope, ticket)) throw onlyStaffTags()
    return tags.list(ticket.id)
  }
}

export function createCountTags({ tags }: { tags: Pick<TagsRepository, 'count'> }): CountTags {
  return async (tenantId, { cursor, limit }) => {
    const found = await tags.count(tenantId, cursor ?? '', limit + 1)
    const items = found.slice(0, limit)
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.tag ?? null) : null }
  }
}
