import { v7 as uuidv7 } from 'uuid'
import type { ChangeTicket } from '../tickets/change-ticket.ts'
import type { By, Change } from '../tickets/record-change.ts'
import { isAtWork } from '../tickets/ticket-life.ts'
import { isOwner, type TicketScope } from '../tickets/ticket-policy.ts'
import { ticketMerged } from '../tickets/tickets.errors.ts'
import type { Rating } from './rating.ts'
import { notDoneYet, onlyOwnerRates, ratedForGood } from './ratings.errors.ts'
import type { RatingsRepository } from './ratings.repository.ts'

/**
 * Its owner says how content they are with a ticket that is resolved or closed: once each time that it is, and for 7 days
 * they may think better of it.
 * @throws AppError ticket.not_found, ticket.conflict, rating.forbidden, rating.conflict
 */
export type RateTicket = (command: {
  scope: TicketScope
  ticketId: string
  by: By
  wanted: Pick<Rating, 'score' | 'comment'>
}) => Promise<{ rating: Rating; isNew: boolean }>

type Needs = {
  changeTicket: ChangeTicket
  ratings: Pick<RatingsRepository, 'findCurrent' | 'insert' | 'update'>
}

const changeableDays = 7
const dayMs = 24 * 60 * 60 * 1000

export function createRateTicket({ changeTicket, ratings }: Needs): RateTicket {
  return async ({ scope, ticketId, by, wanted }) => {
    let outcome: { rating: Rating; isNew: boolean } | undefined
    await changeTicket({ scope, id: ticketId, ifMatch: null }, by, async (ticket, tx) => {
      if (!isOwner(scope.viewer, ticket)) throw onlyOwnerRates()
      if (ticket.mergedInto !== null) throw ticketMerged(ticket.mergedInto)
      if (isAtWork(ticket.status)) throw notDoneYet(ticket.status)
      const present = await ratings.findCurrent(tx, ticket.id)
      const rating = present === null ? newRating(ticket.id, wanted, by) : changed(present, wanted, by)
      outcome = { rating, isNew: present === null }
      if (present === null) await ratings.insert(tx, ticket.tenantId, rating)
      else if (rating === present) return null
      else await ratings.update(tx, rating)
      return ratedChange(present, rating)
    })
    if (outcome === undefined) throw new Error('a rating was not written')
    return outcome
  }
}

function newRating(ticketId: string, wanted: Pick<Rating, 'score' | 'comment'>, { at }: By): Rating {
  return { id: uuidv7(), ticketId, ...wanted, createdAt: at, updatedAt: at, endedAt: null }
}

/** The same one where nothing of it changes. */
function changed(present: Rating, { score, comment }: Pick<Rating, 'score' | 'comment'>, { at }: By): Rating {
  if (present.score === score && present.comment === comment) return present
  if (at.getTime() - present.createdAt.getTime() > changeableDays * dayMs) throw ratedForGood(changeableDays)
  return { ...present, score, comment, updatedAt: at }
}

function ratedChange(before: Rating | null, { score }: Rating): Change {
  const details = { score: [before?.score ?? null, score] }
  return {
    ...{ fields: {}, happenings: [], jobs: [] },
    notes: [{ action: 'rated', message: `${score} of 5`, internal: false, details }],
  }
}
