import Type, { type Static } from 'typebox'

const Interval = Type.Array(Type.String({ maxLength: 5 }), {
  minItems: 2,
  maxItems: 2,
  description: 'from and until, HH:MM of the local wall clock; 24:00 is the end of the day',
})
const Day = Type.Array(Interval, { maxItems: 12 })
const timeZone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'of the IANA database, such as Europe/Berlin',
})
const Holidays = Type.Array(Type.String({ maxLength: 10 }), {
  maxItems: 500,
  description: 'local dates that are closed, such as 2026-12-25',
})

const week = {
  monday: Day,
  tuesday: Day,
  wednesday: Day,
  thursday: Day,
  friday: Day,
  saturday: Day,
  sunday: Day,
}

export const BusinessHoursBody = Type.Object({
  time_zone: timeZone,
  hours: Type.Partial(Type.Object(week), {
    additionalProperties: false,
    description: 'a weekday that is left out is closed',
  }),
  holidays: Type.Optional(Holidays),
})
export type BusinessHoursBody = Static<typeof BusinessHoursBody>

export const BusinessHours = Type.Object({
  time_zone: timeZone,
  hours: Type.Object(week),
  holidays: Holidays,
})
export type BusinessHours = Static<typeof BusinessHours>
