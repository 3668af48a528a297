import type { ChangeTicket } from '../tickets/change-ticket.ts'
import { worksOn } from '../tickets/ticket-policy.ts'
import { ticketMerged } from '../tickets/tickets.errors.ts'
import { shownTo } from './list-watchers.ts'
import { noted, type WatchCommand } from './watch-ticket.ts'
import type { Watcher } from './watcher.ts'
import { noAccountToWatch, onlyStaffNamesWatchers } from './watchers.errors.ts'
import type { WatchersRepository } from './watchers.repository.ts'

/**
 * Ends that somebody watches a ticket; who does not, goes on not to.
 * @returns who watches it still, as the caller is shown it
 * @throws AppError ticket.not_found, ticket.conflict, watcher.forbidden, watcher.invalid
 */
export type UnwatchTicket = (command: WatchCommand) => Promise<Watcher[]>

type Needs = { changeTicket: ChangeTicket; watchers: WatchersRepository }

export function createUnwatchTicket({ changeTicket, watchers }: Needs): UnwatchTicket {
  return async ({ scope, ticketId, by, self, userId: named }) => {
    let present: Watcher[] = []
    const ticket = await changeTicket({ scope, id: ticketId, ifMatch: null }, by, async (before, tx) => {
      if (before.mergedInto !== null) throw ticketMerged(before.mergedInto)
      const userId = named ?? self
      if (userId === null) throw noAccountToWatch()
      if (userId !== self && !worksOn(scope, before)) throw onlyStaffNamesWatchers()
      const watching = await watchers.list(before.id, tx)
      present = watching.filter((watcher) => watcher.userId !== userId)
      if (present.length === watching.length) return null
      await watchers.remove(tx, before.id, [userId])
      return noted('unwatched', userId, watching)
    })
    return shownTo(scope, ticket, self, present)
  }
}
