export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const
export type Weekday = (typeof weekdays)[number]

/** From the first minute to before the last, `HH:MM` of the local wall clock; the end may be `24:00`. */
export type Interval = readonly [from: string, to: string]

/**
 * When a tenant works. A moment is open while the wall clock of the zone shows a time within one of the intervals of its
 * weekday, unless its date is a holiday. So the hour that a clock skips counts nothing, and one that it shows twice
 * counts twice.
 */
export type BusinessCalendar = {
  /** IANA. */
  timeZone: string
  hours: Readonly<Record<Weekday, readonly Interval[]>>
  /** Local dates, `YYYY-MM-DD`. */
  holidays: readonly string[]
}

/** What counts for a tenant that has set nothing: every minute. */
export const alwaysOpen: BusinessCalendar = {
  timeZone: 'UTC',
  hours: everyDay(() => [['00:00', '24:00']]),
  holidays: [],
}

/** Whether it is open at every moment, whatever the zone. */
export function isAlwaysOpen(calendar: BusinessCalendar): boolean {
  if (calendar === alwaysOpen) return true
  const { hours, holidays } = calendar
  return holidays.length === 0 && weekdays.every((day) => isWholeDay(hours[day]))
}

/** A week, made day by day. */
export function everyDay<T>(make: (day: Weekday) => T): Record<Weekday, T> {
  return {
    monday: make('monday'),
    tuesday: make('tuesday'),
    wednesday: make('wednesday'),
    thursday: make('thursday'),
    friday: make('friday'),
    saturday: make('saturday'),
    sunday: make('sunday'),
  }
}

/** Minutes since midnight of `HH:MM`. */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

/** Minutes that a week has open, where no clock is changed. */
export function openMinutesOf({ hours }: BusinessCalendar): number {
  return weekdays
    .flatMap((day) => hours[day])
    .reduce((sum, [from, to]) => sum + minutesOf(to) - minutesOf(from), 0)
}

/** Whether so many open minutes take more than ten years: reckoning that far would keep whoever raises a ticket waiting. */
export function isBeyondReckoning(calendar: BusinessCalendar, minutes: number): boolean {
  return minutes > 520 * openMinutesOf(calendar)
}

function isWholeDay([only, ...more]: readonly Interval[]): boolean {
  return only !== undefined && more.length === 0 && only[0] === '00:00' && only[1] === '24:00'
}
