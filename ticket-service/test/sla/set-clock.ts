/** A clock that shows what it is set to. */
export function createSetClock(start: string) {
  let now = new Date(start)
  return {
    now: () => new Date(now),
    set(time: string | Date) {
      now = new Date(time)
    },
    /** On by so many minutes. */
    pass(minutes: number) {
      now = new Date(now.getTime() + minutes * 60_000)
    },
  }
}
