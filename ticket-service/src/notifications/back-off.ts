const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** After the first attempt, the second, and so on: about 24 hours in all. */
const delays = [
  ...[5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute],
  ...[1 * hour, 2 * hour, 4 * hour, 8 * hour, 8 * hour],
]
export const mostAttempts = delays.length + 1

const longestWish = hour

/**
 * Milliseconds until the next attempt, up to a tenth more or less at random, so that what failed together is not tried
 * together. Null when that was the last.
 * @param wish what the other side asks for, such as by Retry-After; it is heard up to an hour
 */
export function backOffMs(attempts: number, wish: number | null, random = Math.random): number | null {
  const delay = delays[attempts - 1]
  if (delay === undefined) return null
  const jittered = Math.round(delay * (0.9 + 0.2 * random()))
  return Math.max(jittered, Math.min(wish ?? 0, longestWish))
}
