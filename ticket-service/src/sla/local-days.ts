import { IANAZone } from 'luxon'
import { type BusinessCalendar, minutesOf, openMinutesOf, weekdays } from './business-calendar.ts'

/** From (inclusive) to (exclusive), in milliseconds of Unix time. */
export type Span = { from: number; to: number }

/** A part of a local day in which no clock is changed, and what of it is open, in order. */
export type Stretch = Span & { open: readonly Span[] }

export type LocalDays = {
  /** The stretch that begins with this moment and ends with its day, or when the clock is changed. */
  stretchFrom(at: number): Stretch
  /** The stretch that ends with this moment. */
  stretchUntil(at: number): Stretch
  /** Whether seven days from this moment have the open time of any week: no holiday, and no clock is changed. */
  isPlainWeek(from: number): boolean
  /** Open milliseconds of a plain week. */
  weekMs: number
}

const minute = 60_000
const day = 24 * 60 * minute
const week = 7 * day

/** @throws RangeError for a zone that is not known, and for a calendar that is never open */
export function createLocalDays(calendar: BusinessCalendar): LocalDays {
  const zone = IANAZone.create(calendar.timeZone)
  const weekMs = openMinutesOf(calendar) * minute
  if (!zone.isValid) throw new RangeError(`no such time zone: ${calendar.timeZone}`)
  if (weekMs <= 0) throw new RangeError('this calendar is never open')

  const hours = weekdays.map((name) =>
    calendar.hours[name].map(([from, to]) => ({
      from: minutesOf(from) * minute,
      to: minutesOf(to) * minute,
    })),
  )
  const holidays = new Set(calendar.holidays.map((date) => Date.parse(date) / day))
  const offsetAt = (at: number) => Math.round(zone.offset(at) * minute)

  /** What is open of the day, whose number counts from 1970-01-01, a Thursday. */
  const openWithin = (from: number, to: number, dayNumber: number, offset: number): Stretch => {
    const midnight = dayNumber * day - offset
    const weekday = (((dayNumber + 3) % 7) + 7) % 7
    const open = (holidays.has(dayNumber) ? [] : (hours[weekday] ?? []))
      .map((span) => ({ from: Math.max(midnight + span.from, from), to: Math.min(midnight + span.to, to) }))
      .filter((span) => span.from < span.to)
    return { from, to, open }
  }

  /** The first moment after `before`, up to `after`, from when on the clock is as it is at `after`. */
  const changeBetween = (before: number, after: number): number => {
    const offset = offsetAt(after)
    let [low, high] = [before, after]
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2)
      if (offsetAt(middle) === offset) high = middle
      else low = middle
    }
    return high
  }

  return {
    stretchFrom(at) {
      const offset = offsetAt(at)
      const dayNumber = Math.floor((at + offset) / day)
      const last = (dayNumber + 1) * day - offset - 1
      const to = offsetAt(last) === offset ? last + 1 : changeBetween(at, last)
      return openWithin(at, to, dayNumber, offset)
    },

    stretchUntil(at) {
      const offset = offsetAt(at - 1)
      const dayNumber = Math.floor((at - 1 + offset) / day)
      const first = dayNumber * day - offset
      const from = offsetAt(first) === offset ? first : changeBetween(first, at - 1)
      return openWithin(from, at, dayNumber, offset)
    },

    isPlainWeek(from) {
      const offset = offsetAt(from)
      // Asia/Gaza has summer times of a week (2054), so both ends alone tell too little.
      if (offsetAt(from + week / 2) !== offset || offsetAt(from + week - 1) !== offset) return false
      if (holidays.size === 0) return true
      const first = Math.floor((from + offset) / day)
      return ![0, 1, 2, 3, 4, 5, 6, 7].some((days) => holidays.has(first + days))
    },

    weekMs,
  }
}
