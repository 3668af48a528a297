import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addBusinessTime,
  alwaysOpen,
  type BusinessCalendar,
  businessTimeBetween,
  subtractBusinessTime,
} from '../../src/sla/business-time.ts'
import { closed, office, workingDays } from './calendars.ts'

const minute = 60_000
const hour = 60 * minute
const add = (calendar: BusinessCalendar, from: string, ms: number) =>
  addBusinessTime(calendar, new Date(from), ms).toISOString()
const subtract = (calendar: BusinessCalendar, from: string, ms: number) =>
  subtractBusinessTime(calendar, new Date(from), ms).toISOString()
const between = (calendar: BusinessCalendar, from: string, to: string) =>
  businessTimeBetween(calendar, new Date(from), new Date(to))

test('closed hours, weekends and holidays do not count', () => {
  // Thursday before Christmas, 15:30 in Berlin: 90 minutes, then nothing until Monday.
  assert.equal(add(office, '2026-12-24T14:30:00.000Z', 2 * hour), '2026-12-28T08:30:00.000Z')
  assert.equal(subtract(office, '2026-12-28T08:30:00.000Z', 2 * hour), '2026-12-24T14:30:00.000Z')
  assert.equal(between(office, '2026-12-24T14:30:00.000Z', '2026-12-28T08:30:00.000Z'), 2 * hour)
})

test('what takes until the end of a day ends with that day, and not when the next begins', () => {
  assert.equal(add(office, '2026-11-30T08:00:00.000Z', 8 * hour), '2026-11-30T16:00:00.000Z')
  assert.equal(add(office, '2026-11-30T08:00:00.000Z', 8 * hour + 1), '2026-12-01T08:00:00.001Z')
  assert.equal(subtract(office, '2026-12-01T09:00:00.000Z', hour), '2026-11-30T16:00:00.000Z')
  assert.equal(subtract(office, '2026-12-01T09:00:00.000Z', hour - 1), '2026-12-01T08:00:00.001Z')
})

test('no time at all is where it begins, open or not', () => {
  assert.equal(add(office, '2026-12-25T12:34:56.789Z', 0), '2026-12-25T12:34:56.789Z')
  assert.equal(subtract(office, '2026-12-25T12:34:56.789Z', 0), '2026-12-25T12:34:56.789Z')
  assert.equal(between(office, '2026-12-25T12:34:56.789Z', '2026-12-25T12:34:56.789Z'), 0)
})

test('between two moments in the wrong order is as much less than nothing', () => {
  assert.equal(between(office, '2026-12-28T08:30:00.000Z', '2026-12-24T14:30:00.000Z'), -2 * hour)
  assert.equal(between(alwaysOpen, '2026-12-28T08:30:00.000Z', '2026-12-28T08:29:59.999Z'), -1)
})

test('an hour that the clock skips is not there, one that it shows twice counts twice', () => {
  const nights = workingDays('Europe/Berlin', [['00:00', '24:00']])
  const sundays = { ...nights, hours: { ...closed, sunday: [['01:00', '04:00']] as [string, string][] } }
  assert.equal(between(sundays, '2026-03-28T00:00:00.000Z', '2026-03-30T00:00:00.000Z'), 2 * hour)
  assert.equal(between(sundays, '2026-10-24T00:00:00.000Z', '2026-10-26T00:00:00.000Z'), 4 * hour)
  assert.equal(between(sundays, '2026-10-17T00:00:00.000Z', '2026-10-19T00:00:00.000Z'), 3 * hour)
  const within = { ...nights, hours: { ...closed, sunday: [['02:15', '02:45']] as [string, string][] } }
  assert.equal(between(within, '2026-03-28T00:00:00.000Z', '2026-03-30T00:00:00.000Z'), 0)
  assert.equal(between(within, '2026-10-24T00:00:00.000Z', '2026-10-26T00:00:00.000Z'), hour)
})

test('in Lord Howe the clock changes by half an hour', () => {
  const nights = workingDays('Australia/Lord_Howe', [])
  const sundays = { ...nights, hours: { ...closed, sunday: [['00:00', '04:00']] as [string, string][] } }
  assert.equal(between(sundays, '2027-04-03T00:00:00.000Z', '2027-04-05T00:00:00.000Z'), 4.5 * hour)
  assert.equal(between(sundays, '2027-10-02T00:00:00.000Z', '2027-10-04T00:00:00.000Z'), 3.5 * hour)
})

test('whole weeks end where open time ends, too', () => {
  // From a Saturday, and to one.
  assert.equal(add(office, '2026-12-05T12:00:00.000Z', 40 * hour), '2026-12-11T16:00:00.000Z')
  assert.equal(add(office, '2026-12-05T12:00:00.000Z', 80 * hour), '2026-12-18T16:00:00.000Z')
  assert.equal(subtract(office, '2026-12-12T12:00:00.000Z', 40 * hour), '2026-12-04T16:00:00.000Z')
  assert.equal(subtract(office, '2026-12-19T12:00:00.000Z', 80 * hour), '2026-12-04T16:00:00.000Z')
})

test('a summer time of less than a week is not overlooked', () => {
  // In Gaza from 2054-03-28 02:00, which there is not, to 2054-04-04 02:00, which is 01:00 again: an hour less than a week.
  const nights = workingDays('Asia/Gaza', [])
  const saturdays = { ...nights, hours: { ...closed, saturday: [['02:00', '03:00']] as [string, string][] } }
  assert.equal(between(saturdays, '2054-03-27T23:30:00.000Z', '2054-04-03T23:30:00.000Z'), 0)
  assert.equal(add(saturdays, '2054-03-27T23:30:00.000Z', 2 * hour), '2054-04-11T01:00:00.000Z')
})

test('a hundred and sixty years of short weeks are counted within seconds', () => {
  const anHourAWeek = { ...office, hours: { ...closed, monday: [['09:00', '10:00']] as [string, string][] } }
  const started = performance.now()
  const due = addBusinessTime(anHourAWeek, new Date('2026-11-30T00:00:00.000Z'), 525_600 * minute)
  assert.equal(due.getUTCFullYear(), 2194)
  assert.equal(businessTimeBetween(anHourAWeek, new Date('2026-11-30T00:00:00.000Z'), due), 525_600 * minute)
  assert.ok(performance.now() - started < 5000)
})

test('what cannot be counted is refused and never counted for ever', () => {
  const from = new Date('2026-11-30T00:00:00.000Z')
  assert.throws(() => addBusinessTime({ ...office, hours: closed }, from, 1), RangeError)
  assert.throws(() => subtractBusinessTime({ ...office, hours: closed }, from, 1), RangeError)
  assert.throws(() => addBusinessTime({ ...office, timeZone: 'Mars/Olympus' }, from, 1), RangeError)
  for (const ms of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => addBusinessTime(office, from, ms), RangeError)
  assert.throws(() => addBusinessTime(office, from, Number.MAX_SAFE_INTEGER), RangeError)
  assert.throws(() => subtractBusinessTime(office, from, Number.MAX_SAFE_INTEGER), RangeError)
})

test('always open is time as it passes', () => {
  assert.equal(add(alwaysOpen, '2026-03-29T00:59:59.999Z', 90 * minute), '2026-03-29T02:29:59.999Z')
  assert.equal(subtract(alwaysOpen, '2026-03-29T02:29:59.999Z', 90 * minute), '2026-03-29T00:59:59.999Z')
  const everyDay = workingDays('Europe/Berlin', [['00:00', '24:00']])
  const berlin = {
    ...everyDay,
    hours: { ...everyDay.hours, saturday: everyDay.hours.monday, sunday: everyDay.hours.monday },
  }
  assert.equal(add(berlin, '2026-03-28T00:00:00.000Z', 48 * hour), '2026-03-30T00:00:00.000Z')
  assert.equal(
    add({ ...berlin, holidays: ['2026-03-29'] }, '2026-03-28T00:00:00.000Z', 48 * hour),
    '2026-03-30T23:00:00.000Z',
  )
})
