import type { Rating } from './rating.ts'
import type { RatingWire, SummaryWire } from './ratings.schemas.ts'
import type { SummarizeRatings } from './read-ratings.ts'

/** The one place that maps ratings to the wire. */

export function toWireRating({ score, comment, createdAt, updatedAt, endedAt }: Rating): RatingWire {
  return {
    score,
    ...(comment !== null && { comment }),
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
    ...(endedAt !== null && { ended_at: endedAt.toISOString() }),
  }
}

export function toWireSummary({
  count,
  mean,
  distribution: [one, two, three, four, five],
}: Awaited<ReturnType<SummarizeRatings>>): SummaryWire {
  return { count, mean, distribution: { 1: one, 2: two, 3: three, 4: four, 5: five } }
}
