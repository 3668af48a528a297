import { type BusinessCalendar, isAlwaysOpen } from './business-calendar.ts'
import { createLocalDays, type LocalDays } from './local-days.ts'

export { alwaysOpen, type BusinessCalendar } from './business-calendar.ts'

const week = 7 * 24 * 60 * 60 * 1000
/** More weeks of open time, 500 years, are nobody's deadline: refused, so that the work has an end. */
const mostWeeks = 26_000

/**
 * The earliest moment by which so much open time has passed since `from`; `from` itself for none.
 * @param ms milliseconds, a whole number, not negative
 * @throws RangeError for other `ms` and more than 26,000 weeks of it, and for a calendar that is never open
 */
export function addBusinessTime(calendar: BusinessCalendar, from: Date, ms: number): Date {
  requireDuration(ms)
  const start = from.getTime()
  if (ms === 0 || isAlwaysOpen(calendar)) return new Date(start + ms)
  const days = createLocalDays(calendar)
  requireEnd(ms, days)
  let [at, left] = [start, ms]
  for (;;) {
    if (left > days.weekMs && days.isPlainWeek(at)) {
      at += week
      left -= days.weekMs
      continue
    }
    const stretch = days.stretchFrom(at)
    for (const span of stretch.open) {
      if (left <= span.to - span.from) return new Date(span.from + left)
      left -= span.to - span.from
    }
    at = stretch.to
  }
}

/**
 * The earliest moment from which so much open time passes until `from`, so that what is subtracted from a sum is where
 * adding that much less would have ended; `from` itself for none.
 * @param ms milliseconds, a whole number, not negative
 * @throws RangeError as above
 */
export function subtractBusinessTime(calendar: BusinessCalendar, from: Date, ms: number): Date {
  requireDuration(ms)
  const start = from.getTime()
  if (ms === 0 || isAlwaysOpen(calendar)) return new Date(start - ms)
  const days = createLocalDays(calendar)
  requireEnd(ms, days)
  let [at, left] = [start, ms]
  for (;;) {
    if (left > days.weekMs && days.isPlainWeek(at - week)) {
      at -= week
      left -= days.weekMs
      continue
    }
    const stretch = days.stretchUntil(at)
    for (const span of stretch.open.toReversed()) {
      // Open time that ends here could as well have ended before the closed time that precedes it: go on to that.
      if (left < span.to - span.from) return new Date(span.to - left)
      left -= span.to - span.from
    }
    at = stretch.from
  }
}

/**
 * Milliseconds of open time from one moment to another; less than 0 where the other is the earlier one.
 * @throws RangeError for a calendar that is never open
 */
export function businessTimeBetween(calendar: BusinessCalendar, from: Date, to: Date): number {
  if (to < from) return -businessTimeBetween(calendar, to, from)
  let at = from.getTime()
  const last = to.getTime()
  if (at === last || isAlwaysOpen(calendar)) return last - at
  const days = createLocalDays(calendar)
  let sum = 0
  while (at < last) {
    if (at + week <= last && days.isPlainWeek(at)) {
      sum += days.weekMs
      at += week
      continue
    }
    const stretch = days.stretchFrom(at)
    for (const span of stretch.open) sum += Math.max(0, Math.min(span.to, last) - span.from)
    at = stretch.to
  }
  return sum
}

function requireDuration(ms: number): void {
  if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`no duration in whole milliseconds: ${ms}`)
}

function requireEnd(ms: number, { weekMs }: LocalDays): void {
  if (ms > mostWeeks * weekMs) throw new RangeError(`more than ${mostWeeks} weeks of open time`)
}
