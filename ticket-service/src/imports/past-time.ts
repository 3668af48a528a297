const pattern =
  /^(\d{4})-(\d\d)-(\d\d)[ Tt](\d\d):(\d\d)(?::(\d\d)(\.\d{1,9})?)?\s?(?:[Zz]|([+-]\d\d):?(\d\d))?$/
const dayMs = 24 * 60 * 60 * 1000

/**
 * A time that was, to the millisecond: RFC 3339, or as databases and spreadsheets write it; UTC where it names no offset.
 * @param now other clocks may be ahead of it by a day at most
 */
export function toPastTime(text: string, now: Date): Date | null {
  const [, year, month, day, hour, minute, second = '00', fraction = '', offsetHour, offsetMinute] =
    pattern.exec(text) ?? []
  if (year === undefined) return null
  const offset = offsetHour === undefined ? 'Z' : `${offsetHour}:${offsetMinute}`
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${offset}`)
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  const was = date.getTime() > 0 && date.getTime() <= now.getTime() + dayMs
  return isDay && was ? date : null
}
