import type { GetDeskTicket } from '../tickets/get-desk-ticket.ts'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import type { Distribution, Rating } from './rating.ts'
import { ratingNotFound } from './ratings.errors.ts'
import type { RatingsRepository } from './ratings.repository.ts'

/** A ticket's latest, for whoever may see the ticket. @throws AppError ticket.not_found, rating.not_found */
export type GetRating = (scope: TicketScope, ticketId: string) => Promise<Rating>

/** What a tenant's ratings come to. `mean`: to two places; null where there are none. */
export type SummarizeRatings = (
  tenantId: number,
  /** `to` is exclusive. */
  period: { from: Date | null; to: Date | null },
) => Promise<{ count: number; mean: number | null; distribution: Distribution }>

export function createGetRating({
  getTicket,
  ratings,
}: {
  getTicket: GetDeskTicket
  ratings: Pick<RatingsRepository, 'findLatest'>
}): GetRating {
  return async (scope, ticketId) => {
    const { id } = await getTicket(scope, ticketId)
    const rating = await ratings.findLatest(id)
    if (rating === null) throw ratingNotFound()
    return rating
  }
}

export function createSummarizeRatings({
  ratings,
}: {
  ratings: Pick<RatingsRepository, 'countByScore'>
}): SummarizeRatings {
  return async (tenantId, { from, to }) => {
    const distribution = await ratings.countByScore(tenantId, from, to)
    const count = distribution.reduce((sum, ratingsOfScore) => sum + ratingsOfScore, 0)
    const total = distribution.reduce((sum, ratingsOfScore, i) => sum + ratingsOfScore * (i + 1), 0)
    return { count, mean: count === 0 ? null : Math.round((total / count) * 100) / 100, distribution }
  }
}
