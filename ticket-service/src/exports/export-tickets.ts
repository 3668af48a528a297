import type { TagsRepository } from '../tags/tags.repository.ts'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { ListDeskTickets } from '../tickets/list-desk-tickets.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'

/** Tags only of what the viewer answers. */
export type ExportedTicket = { ticket: DeskTicket; tags: string[] }

type Filter = Parameters<ListDeskTickets>[1]['filter']

/**
 * All that the scope shows of what the filter leaves, in the order of time. It reads on only as fast as it is consumed, a
 * page at a time, and holds no connection between two: a ticket that changes meanwhile is told as it is when its page is
 * read. The first page is read before it returns, so that what fails at once fails before anything is sent.
 * @throws AppError ticket.invalid
 */
export type ExportTickets = (scope: TicketScope, filter: Filter) => Promise<AsyncIterable<ExportedTicket>>

type Needs = { listTickets: ListDeskTickets; tags: Pick<TagsRepository, 'listOf'> }

/** Tickets. Descriptions may be long, so a few: at 64 KiB each, 13 MiB. */
const pageSize = 100

export function createExportTickets({ listTickets, tags }: Needs): ExportTickets {
  return async (scope, filter) => {
    const read = async (after: string | null) => {
      const position = after === null ? null : { after }
      const { items, hasNext } = await listTickets(scope, { filter, position, limit: pageSize })
      const tagged = await tags.listOf(items.filter((ticket) => worksOn(scope, ticket)).map(({ id }) => id))
      return { tickets: items.map((ticket) => ({ ticket, tags: tagged.get(ticket.id) ?? [] })), hasNext }
    }

    const first = await read(null)
    return (async function* () {
      let page = first
      for (;;) {
        yield* page.tickets
        const last = page.tickets.at(-1)
        if (!page.hasNext || last === undefined) return
        page = await read(last.ticket.id)
      }
    })()
  }
}
