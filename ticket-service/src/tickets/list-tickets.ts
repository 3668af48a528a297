import { foldLoginName } from '@werk/shared/auth/login-name'
import { readPageKey, writePageKey } from './page-key.ts'
import type { Ticket } from './ticket.ts'
import type { TicketScope } from './ticket-policy.ts'
import type { TicketsRepository } from './tickets.repository.ts'

export type TicketPage = { tickets: Ticket[]; nextPageKey: string | null }

export type ListTickets = (
  scope: TicketScope,
  page: { creator?: string | undefined; pageKey?: string | undefined; limit: number },
) => Promise<TicketPage>

type Needs = { tickets: TicketsRepository; defaultPageKey?: string | undefined }

/** Tickets by InvGate's id, a page at a time. @throws AppError ticket.invalid for a page key that is none */
export function createListTickets({ tickets, defaultPageKey }: Needs): ListTickets {
  return async (scope, { creator, pageKey, limit }) => {
    const key = pageKey || defaultPageKey
    const after = key === undefined ? 0 : readPageKey(key)
    const creatorKey = creator ? foldLoginName(creator) : null
    const found = await tickets.list(scope, creatorKey, after, limit + 1)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return { tickets: page, nextPageKey: found.length > limit && last ? writePageKey(last.invGateId) : null }
  }
}
