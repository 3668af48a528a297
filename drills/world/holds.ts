import type { Hold, Inspect } from '@werk/shared/test-kit/tcp-proxy'

export type WantedHold = {
  what: 'request' | 'answer'
  /** a text that only what is to be held carries */
  mark: string
  /** what to wait for on a connection that carried the mark; the mark itself by default */
  at?: string
  /** the how manieth message that carries the mark it is about, 1 by default */
  from?: number
}

export type Holds = {
  inspect: Inspect
  /** Resolves when it is held, with what breaks the connection. A new one takes the place of the one before. */
  arm(hold: WantedHold): Promise<() => void>
  disarm(): void
}

/** Freezes one exchange at a named step, so that a process can be killed in the middle of it. */
export function createHolds(): Holds {
  let armed: (WantedHold & Pick<Hold, 'onHeld'>) | null = null
  let seen = 0
  let carriers = new WeakSet<object>()
  return {
    inspect(chunk, connection) {
      if (armed === null) return undefined
      if (chunk.includes(armed.mark)) {
        seen += 1
        if (seen === (armed.from ?? 1)) carriers.add(connection)
      }
      if (!carriers.has(connection) || !chunk.includes(armed.at ?? armed.mark)) return undefined
      carriers.delete(connection)
      const { what, onHeld } = armed
      armed = null
      return { what, onHeld }
    },
    arm(hold) {
      seen = 0
      carriers = new WeakSet()
      return new Promise((resolve) => {
        armed = { ...hold, onHeld: resolve }
      })
    },
    disarm() {
      armed = null
    },
  }
}
