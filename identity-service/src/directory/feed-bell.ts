export type FeedBell = {
  /** Resolves when something changed after `seq`, after so many milliseconds, or when the signal aborts. */
  wait(seq: number, ms: number, signal: AbortSignal): Promise<void>
  /** Lets everybody go; nobody waits from then on. */
  close(): void
}

type Options = { readSeq(): Promise<number>; everyMs?: number }
type Waiting = { seq: number; wake(): void }

/** One look at the feed's head for all that wait in this process, and only while somebody waits. */
export function createFeedBell({ readSeq, everyMs = 250 }: Options): FeedBell {
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | null = null
  let closed = false

  const look = async () => {
    // Who cannot be told whether something changed finds out by reading the feed.
    const seq = await readSeq().catch(() => null)
    for (const one of [...waiting]) if (seq !== one.seq) one.wake()
    timer = null
    lookSoon()
  }
  const lookSoon = () => {
    if (timer === null && waiting.size > 0) timer = setTimeout(look, everyMs)
  }

  return {
    wait(seq, ms, signal) {
      if (closed || signal.aborted || ms === 0) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(one)
          clearTimeout(end)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const one = { seq, wake }
        const end = setTimeout(wake, ms)
        signal.addEventListener('abort', wake)
        waiting.add(one)
        lookSoon()
      })
    },

    close() {
      closed = true
      for (const { wake } of [...waiting]) wake()
      if (timer !== null) clearTimeout(timer)
    },
  }
}
