import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Interval, type Weekday, weekdays } from '../../src/sla/business-calendar.ts'
import {
  addBusinessTime,
  type BusinessCalendar,
  businessTimeBetween,
  subtractBusinessTime,
} from '../../src/sla/business-time.ts'
import { createOracle, readWall, type Wall } from './minute-oracle.ts'

const day = 24 * 60 * 60 * 1000
const windowDays = 70
const cases = 10_000
const casesPerCalendar = 20

/** Days about which the clocks are changed, one way and the other. */
const windows: [timeZone: string, middle: string][] = [
  ['Europe/Berlin', '2027-03-28'],
  ['Europe/Berlin', '2027-10-31'],
  ['America/New_York', '2027-03-14'],
  ['America/New_York', '2027-11-07'],
  ['Asia/Kolkata', '2027-06-01'],
  // Half an hour.
  ['Australia/Lord_Howe', '2027-04-04'],
  ['Australia/Lord_Howe', '2027-10-03'],
  // At midnight: a day without 00:00, and one with 23:00 twice.
  ['America/Santiago', '2027-09-05'],
  ['America/Santiago', '2027-04-04'],
  // A date that there was not: 2011-12-30.
  ['Pacific/Apia', '2011-12-30'],
  // A summer time of a week.
  ['Asia/Gaza', '2054-03-31'],
]

test('10,000 random cases agree with counting minutes on the wall clock that Intl shows', (t) => {
  const seed = Number(process.env.BUSINESS_TIME_SEED ?? 20_261_128)
  const random = createRandom(seed)
  const within = (most: number) => Math.floor(random() * most)
  const about = (middle: number, days: number) => middle + within(2 * days * day) - days * day
  let [done, beyond, overChanges] = [0, 0, 0]

  for (const [zoneIndex, [timeZone, middleDay]] of windows.entries()) {
    const middle = Date.parse(middleDay)
    const wall = readWall(timeZone, middle - (windowDays / 2) * day, windowDays)
    const changes = changesOf(wall)
    const enough = Math.ceil((cases * (zoneIndex + 1)) / windows.length)
    while (done < enough) {
      const calendar = randomCalendar(timeZone, wall.from, within)
      const oracle = createOracle(wall, calendar)
      for (let turn = 0; turn < casesPerCalendar && done < enough; turn++, done++) {
        const a = about(middle, 8)
        const b = turn % 4 === 0 ? about(a, 25) : about(a, 2)
        const [first, last] = [Math.min(a, b), Math.max(a, b)]
        // Often just as long as what is open, so that it ends where open time ends.
        const ms = turn % 2 === 0 ? within(32) * 15 * 60_000 : within(4 * day)
        const where = `seed ${seed}, case ${done}: ${JSON.stringify({ calendar, a, b, ms })}`

        const between = businessTimeBetween(calendar, new Date(first), new Date(last))
        assert.equal(between, oracle.between(first, last), where)
        beyond += compare(() => oracle.add(a, ms), addBusinessTime(calendar, new Date(a), ms), where)
        beyond += compare(
          () => oracle.subtract(a, ms),
          subtractBusinessTime(calendar, new Date(a), ms),
          where,
        )
        if (changes.some((change) => first < change && change < last)) overChanges++
      }
    }
  }
  t.diagnostic(
    `${done} cases about ${windows.length} days, ${overChanges} of them over a change of the clock, seed ${seed}; ` +
      `${beyond} of ${2 * done} sums and differences ended outside the window of ${windowDays} days and were not compared`,
  )
  assert.equal(done, cases)
  assert.ok(overChanges > cases / 10)
  assert.ok(beyond < cases / 20)
})

/** 1 where the oracle's window does not reach as far. */
function compare(expected: () => number, actual: Date, where: string): number {
  try {
    assert.equal(actual.toISOString(), new Date(expected()).toISOString(), where)
    return 0
  } catch (error) {
    if (error instanceof RangeError) return 1
    throw error
  }
}

/** When the wall clock jumps. */
function changesOf({ from, minutes, dates }: Wall): number[] {
  const shown = (index: number) => (dates[index] ?? 0) * 1440 + (minutes[index] ?? 0)
  return Array.from(minutes.keys())
    .filter((index) => index > 0 && shown(index) !== shown(index - 1) + 1)
    .map((index) => from + index * 60_000)
}

function randomCalendar(timeZone: string, from: number, within: (most: number) => number): BusinessCalendar {
  const hours = Object.fromEntries(weekdays.map((day) => [day, randomHours(within)]))
  const holidays = Array.from({ length: within(6) }, () =>
    new Date(from + within(windowDays) * day).toISOString().slice(0, 10),
  )
  const calendar = { timeZone, hours: hours as Record<Weekday, Interval[]>, holidays }
  return weekdays.some((name) => calendar.hours[name].length > 0)
    ? calendar
    : randomCalendar(timeZone, from, within)
}

/** Nothing, the whole day, or intervals that may touch each other and often lie in the night, where clocks are changed. */
function randomHours(within: (most: number) => number): Interval[] {
  const kind = within(6)
  if (kind === 0) return []
  if (kind === 1) return [['00:00', '24:00']]
  const most = kind === 2 ? 5 * 60 : 24 * 60
  const ends = Array.from({ length: 2 * (1 + within(3)) }, () => within(most + 1)).sort((a, b) => a - b)
  const hours: Interval[] = []
  for (let index = 0; index < ends.length; index += 2) {
    const [begin, end] = [ends[index] ?? 0, ends[index + 1] ?? 0]
    if (begin < end) hours.push([clock(begin), clock(end)])
  }
  return hours
}

const clock = (minutes: number) =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Mulberry32: numbers from 0 to 1 that a seed brings back. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
