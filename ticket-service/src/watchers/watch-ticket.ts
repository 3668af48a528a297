import type { FindMentionable } from '../replies/mentionable.ts'
import type { ChangeTicket } from '../tickets/change-ticket.ts'
import type { By, Change } from '../tickets/record-change.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import { ticketMerged } from '../tickets/tickets.errors.ts'
import { shownTo } from './list-watchers.ts'
import { mostWatchers, type Watcher } from './watcher.ts'
import { mayNotWatch, noAccountToWatch, onlyStaffNamesWatchers, tooManyWatchers } from './watchers.errors.ts'
import type { WatchersRepository } from './watchers.repository.ts'

export type WatchCommand = {
  scope: TicketScope
  ticketId: string
  by: By
  /** The caller's account of the tenant; null for whoever has none. */
  self: number | null
  /** Who is meant; null: the caller. */
  userId: number | null
}

/**
 * Lets somebody watch a ticket: whoever sees it, themselves; those who answer it, also others who may see it. Who watches
 * it already, goes on.
 * @returns who watches it, as the caller is shown it
 * @throws AppError ticket.not_found, ticket.conflict, watcher.forbidden, watcher.invalid, watcher.conflict
 */
export type WatchTicket = (command: WatchCommand) => Promise<Watcher[]>

type Needs = { changeTicket: ChangeTicket; watchers: WatchersRepository; findMentionable: FindMentionable }

export function createWatchTicket({ changeTicket, watchers, findMentionable }: Needs): WatchTicket {
  return async ({ scope, ticketId, by, self, userId: named }) => {
    let present: Watcher[] = []
    const ticket = await changeTicket({ scope, id: ticketId, ifMatch: null }, by, async (before, tx) => {
      if (before.mergedInto !== null) throw ticketMerged(before.mergedInto)
      const userId = named ?? self
      if (userId === null) throw noAccountToWatch()
      if (userId !== self) {
        if (!worksOn(scope, before)) throw onlyStaffNamesWatchers()
        const found = await findMentionable(tx, before, [userId], false)
        if (found.length === 0) throw mayNotWatch()
      }
      present = await watchers.list(before.id, tx)
      if (present.some((watcher) => watcher.userId === userId)) return null
      if (present.length >= mostWatchers) throw tooManyWatchers(mostWatchers)
      await watchers.add(tx, before, [userId], by.at)
      present = await watchers.list(before.id, tx)
      return noted('watched', userId, present)
    })
    return shownTo(scope, ticket, self, present)
  }
}

/** Who of those that answer a ticket watches it, is nothing to its requester. */
export function noted(action: 'watched' | 'unwatched', userId: number, watchers: readonly Watcher[]): Change {
  const message = watchers.find((watcher) => watcher.userId === userId)?.name || null
  return {
    ...{ fields: {}, happenings: [], jobs: [] },
    notes: [{ action, message, internal: true, details: { user_id: userId } }],
  }
}
