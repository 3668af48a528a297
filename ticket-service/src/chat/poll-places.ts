import { tooManyOwnPolls, tooManyPolls } from './chat.errors.ts'

/** Bounds how many requests wait at a time in this process, in all and of one caller. */
export type PollPlaces = {
  /** Takes a place. @returns what gives it back @throws AppError chat.unavailable, chat.rate_limited */
  take(caller: string): () => void
  taken(): number
}

/** Some tabs of a person, or all chats of a busy agent. */
const mostOfOne = 30

export function createPollPlaces(most: number): PollPlaces {
  const byCaller = new Map<string, number>()
  let taken = 0

  return {
    take(caller) {
      const own = byCaller.get(caller) ?? 0
      if (own >= mostOfOne) throw tooManyOwnPolls(mostOfOne)
      if (taken >= most) throw tooManyPolls()
      taken += 1
      byCaller.set(caller, own + 1)
      return () => {
        taken -= 1
        const left = (byCaller.get(caller) ?? 1) - 1
        if (left === 0) byCaller.delete(caller)
        else byCaller.set(caller, left)
      }
    },
    taken: () => taken,
  }
}
