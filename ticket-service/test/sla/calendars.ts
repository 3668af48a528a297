import type { BusinessCalendar, Interval, Weekday } from '../../src/sla/business-calendar.ts'

export const closed: Record<Weekday, Interval[]> = {
  monday: [],
  tuesday: [],
  wednesday: [],
  thursday: [],
  friday: [],
  saturday: [],
  sunday: [],
}

/** Mondays to Fridays, the same hours. */
export function workingDays(timeZone: string, hours: Interval[], holidays: string[] = []): BusinessCalendar {
  return {
    timeZone,
    hours: { ...closed, monday: hours, tuesday: hours, wednesday: hours, thursday: hours, friday: hours },
    holidays,
  }
}

/** Mondays to Fridays, 09:00 to 17:00 in Berlin, 2026-12-25 off. */
export const office = workingDays('Europe/Berlin', [['09:00', '17:00']], ['2026-12-25'])
