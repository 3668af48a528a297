import { type BusinessCalendar, minutesOf, weekdays } from '../../src/sla/business-calendar.ts'

const minute = 60_000
const day = 24 * 60 * minute

/** What the wall clock of a zone shows in each minute of a window, as Intl tells it, and nothing else. */
export type Wall = { from: number; dates: Int32Array; minutes: Int16Array }

export function readWall(timeZone: string, from: number, days: number): Wall {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const length = (days * day) / minute
  const wall = { from, dates: new Int32Array(length), minutes: new Int16Array(length) }
  for (let index = 0; index < length; index++) {
    const parts = format.formatToParts(from + index * minute)
    const read = (wanted: string) => Number(parts.find(({ type }) => type === wanted)?.value)
    wall.dates[index] = Date.UTC(read('year'), read('month') - 1, read('day')) / day
    wall.minutes[index] = read('hour') * 60 + read('minute')
  }
  return wall
}

/** Counts minute by minute. Whoever asks must stay within the window; else it throws. */
export function createOracle(wall: Wall, calendar: BusinessCalendar) {
  const holidays = new Set(calendar.holidays)
  const hoursOf = (date: number) => {
    const isoDate = new Date(date * day).toISOString().slice(0, 10)
    const weekday = weekdays[(new Date(date * day).getUTCDay() + 6) % 7] ?? 'monday'
    const hours = holidays.has(isoDate) ? [] : calendar.hours[weekday]
    return hours.map(([from, to]) => ({ from: minutesOf(from), to: minutesOf(to) }))
  }
  const known = new Map<number, ReturnType<typeof hoursOf>>()
  const open = Array.from(wall.dates, (date, index) => {
    const hours = known.get(date) ?? hoursOf(date)
    known.set(date, hours)
    const shown = wall.minutes[index] ?? Number.NaN
    return hours.some(({ from, to }) => shown >= from && shown < to)
  })
  const isOpen = (index: number): boolean => {
    const answer = open[index]
    if (answer === undefined) throw new RangeError('outside the window')
    return answer
  }
  const indexOf = (at: number) => Math.floor((at - wall.from) / minute)

  return {
    isOpenAt: (at: number) => isOpen(indexOf(at)),

    between(from: number, to: number): number {
      let sum = 0
      for (let index = indexOf(from); wall.from + index * minute < to; index++) {
        const begin = wall.from + index * minute
        if (isOpen(index)) sum += Math.min(begin + minute, to) - Math.max(begin, from)
      }
      return sum
    },

    add(from: number, ms: number): number {
      if (ms === 0) return from
      let left = ms
      for (let index = indexOf(from); ; index++) {
        if (!isOpen(index)) continue
        const begin = Math.max(wall.from + index * minute, from)
        const end = wall.from + (index + 1) * minute
        if (left <= end - begin) return begin + left
        left -= end - begin
      }
    },

    /** The earliest one: having found one, it goes back to where open time ended before. */
    subtract(from: number, ms: number): number {
      if (ms === 0) return from
      let left = ms
      for (let index = indexOf(from - 1); ; index--) {
        if (!isOpen(index)) continue
        const begin = wall.from + index * minute
        const end = Math.min(begin + minute, from)
        if (left < end - begin) return end - left
        left -= end - begin
      }
    },
  }
}
