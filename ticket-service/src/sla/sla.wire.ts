import { type BusinessCalendar, everyDay, type Interval } from './business-calendar.ts'
import type { BusinessHours, BusinessHoursBody } from './business-hours.schemas.ts'
import type { CategoryPolicy } from './category-policy.ts'
import type { CategorySla } from './sla.schemas.ts'

/** The one place that maps policies and business hours to the wire and back. */

export function toWirePolicy({ category, responseMinutes, resolutionMinutes }: CategoryPolicy): CategorySla {
  return { category, sla_response_minutes: responseMinutes, sla_resolution_minutes: resolutionMinutes }
}

export function toPolicy(body: CategorySla): CategoryPolicy {
  const { category, sla_response_minutes, sla_resolution_minutes } = body
  return { category, responseMinutes: sla_response_minutes, resolutionMinutes: sla_resolution_minutes }
}

export function toWireBusinessHours({ timeZone, hours, holidays }: BusinessCalendar): BusinessHours {
  return {
    time_zone: timeZone,
    hours: everyDay((day) => hours[day].map((interval) => [...interval])),
    holidays: [...holidays],
  }
}

/** Of the right shape, and perhaps nonsense. */
export function toCalendar({ time_zone, hours, holidays = [] }: BusinessHoursBody): BusinessCalendar {
  const toInterval = ([from = '', to = '']: string[]): Interval => [from, to]
  return { timeZone: time_zone, hours: everyDay((day) => (hours[day] ?? []).map(toInterval)), holidays }
}
