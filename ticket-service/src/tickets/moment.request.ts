import { invalidMoment } from './tickets.errors.ts'

/** What MySQL's DATETIME can hold; nothing is from before or after. */
const [earliest, latest] = [Date.UTC(1000, 0), Date.UTC(9999, 11, 31, 23, 59, 59, 999)]

/**
 * The moment that a query's field names; null without one. The schema lets more pass than `Date` can read, such as leap
 * seconds. @throws AppError ticket.invalid for a moment that is none
 */
export function momentOf(text: string | undefined, field: string): Date | null {
  if (text === undefined) return null
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalidMoment(field)
  return new Date(Math.min(Math.max(ms, earliest), latest))
}
