import type { TellOthers } from '../tickets/ticket-event.ts'
import { isAtWork } from '../tickets/ticket-life.ts'
import type { RatingsRepository } from './ratings.repository.ts'

/** A ticket that is taken up again, here or in InvGate, is rated anew when it is done. */
export function createEndRating({ ratings }: { ratings: Pick<RatingsRepository, 'end'> }): TellOthers {
  return async (tx, event) => {
    if (event.kind !== 'ticket.status_changed') return
    if (isAtWork(event.ticket.status) && !isAtWork(event.from))
      await ratings.end(tx, event.ticket.id, event.at)
  }
}
