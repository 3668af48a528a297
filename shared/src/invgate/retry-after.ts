/** Reads a Retry-After header, seconds or HTTP date (RFC 9110, 10.2.3), as milliseconds from `now`; null where it is absent or malformed. */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  const value = header?.trim()
  if (!value) return null
  if (/^\d+$/.test(value)) return Number(value) * 1000
  // Date.parse takes far more than HTTP dates, such as "-5"; all three HTTP forms begin with the name of the day.
  if (!/^(mon|tue|wed|thu|fri|sat|sun)/i.test(value)) return null
  // The asctime form names no zone and means UTC.
  const date = Date.parse(/(GMT|UTC)$/i.test(value) ? value : `${value} GMT`)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
