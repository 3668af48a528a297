import { tooManyOwnSearches, tooManySearches } from './tickets.errors.ts'

/**
 * Runs a search once there is a place for it. @param caller whose it is
 * @throws AppError ticket.rate_limited, ticket.unavailable
 */
export type InSearchPlace = <T>(caller: string, search: () => Promise<T>) => Promise<T>

/** At work and waiting, of one caller. */
const mostOfOne = 5
const mostWaiting = 100

/**
 * Bounds how many searches this process makes at a time. A word that is everywhere takes the database seconds, and anybody may
 * search for it: all connections would be at that, and nothing else would be answered.
 * @param most at work
 */
export function createSearchPlaces(most: number): InSearchPlace {
  const ofCaller = new Map<string, number>()
  const waiting: (() => void)[] = []
  let working = 0

  const enter = async (): Promise<void> => {
    if (working < most) working += 1
    else if (waiting.length >= mostWaiting) throw tooManySearches()
    // Whoever leaves hands their place on.
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const leave = () => {
    const next = waiting.shift()
    if (next === undefined) working -= 1
    else next()
  }

  return async (caller, search) => {
    const own = ofCaller.get(caller) ?? 0
    if (own >= mostOfOne) throw tooManyOwnSearches(mostOfOne)
    ofCaller.set(caller, own + 1)
    try {
      await enter()
      try {
        return await search()
      } finally {
        leave()
      }
    } finally {
      const left = (ofCaller.get(caller) ?? 1) - 1
      if (left === 0) ofCaller.delete(caller)
      else ofCaller.set(caller, left)
    }
  }
}
