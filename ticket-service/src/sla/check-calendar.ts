import type { FieldErrors } from '@werk/shared/errors/app-error'
import { IANAZone } from 'luxon'
import {
  type BusinessCalendar,
  type Interval,
  minutesOf,
  openMinutesOf,
  weekdays,
} from './business-calendar.ts'

/** Less than that makes nothing but deadlines in other centuries. */
const fewestOpenMinutes = 60
const beginning = /^([01]\d|2[0-3]):[0-5]\d$/
const ending = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const isoDate = /^\d{4}-\d{2}-\d{2}$/

/** What is wrong with a calendar, per field as the wire names it, such as `hours.monday.0`; nothing where it is good. */
export function checkCalendar(calendar: BusinessCalendar): FieldErrors {
  const errors = Object.fromEntries([
    ...checkZone(calendar.timeZone),
    ...weekdays.flatMap((day) => checkDay(`hours.${day}`, calendar.hours[day])),
    ...calendar.holidays.flatMap((date, index) => checkDate(`holidays.${index}`, date)),
  ])
  if (Object.keys(errors).length > 0 || openMinutesOf(calendar) >= fewestOpenMinutes) return errors
  return { hours: ['must be open for an hour a week at least'] }
}

type Finding = [field: string, sentences: string[]]

/** Not an offset, which JavaScript takes for a zone too: it would know nothing of summer. */
function checkZone(timeZone: string): Finding[] {
  if (/^[A-Za-z]/.test(timeZone) && IANAZone.isValidZone(timeZone)) return []
  return [['time_zone', ['must be a time zone of the IANA database, such as Europe/Berlin']]]
}

function checkDay(field: string, intervals: readonly Interval[]): Finding[] {
  const wrong = intervals.flatMap((interval, index) => checkInterval(`${field}.${index}`, interval))
  if (wrong.length > 0) return wrong
  const sorted = sortIntervals(intervals)
  const overlaps = sorted.some(([from], index) => from < (sorted[index - 1]?.[1] ?? '00:00'))
  return overlaps ? [[field, ['must not have intervals that overlap']]] : []
}

function checkInterval(field: string, [from, to]: Interval): Finding[] {
  if (!beginning.test(from)) return [[field, ['must begin with a time from 00:00 to 23:59']]]
  if (!ending.test(to)) return [[field, ['must end with a time from 00:01 to 24:00']]]
  return minutesOf(from) < minutesOf(to) ? [] : [[field, ['must end after it begins']]]
}

function checkDate(field: string, date: string): Finding[] {
  const time = isoDate.test(date) ? Date.parse(date) : Number.NaN
  // 2026-02-30 would be 2026-03-02.
  const isDate = !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === date
  return isDate ? [] : [[field, ['must be a date, such as 2026-12-25']]]
}

/** By their beginning. */
export function sortIntervals(intervals: readonly Interval[]): Interval[] {
  return intervals.toSorted(([a], [b]) => (a < b ? -1 : 1))
}
