export type ChatNotifier = {
  /**
   * Resolves when the session has an entry after `seenId`, whichever replica wrote it, after so many milliseconds, or when
   * the signal aborts. Whatever carries chats to clients waits here: the long poll now, other channels later.
   */
  wait(seen: { sessionId: string; seenId: string }, ms: number, signal: AbortSignal): Promise<void>
  /** Wakes those who wait in this process, now that this entry is there. */
  ring(sessionId: string, entryId: string): void
  /** Lets everybody go; nobody waits from then on. */
  close(): void
}

type Options = {
  /** The newest entry of each of these sessions, as far as they exist. */
  readHeads(sessionIds: readonly string[]): Promise<Map<string, string>>
  logger: { warn(fields: object, message: string): void }
  everyMs?: number
}

type Waiting = { sessionId: string; seenId: string; wake(): void }

/** One look at the database for all that wait in this process, half a second apart, and only while somebody waits. */
export function createChatNotifier({ readHeads, logger, everyMs = 500 }: Options): ChatNotifier {
  const waiting = new Set<Waiting>()
  let timer: NodeJS.Timeout | null = null
  let isAway = false
  let isClosed = false

  const look = async () => {
    try {
      const sessionIds = new Set([...waiting].map(({ sessionId }) => sessionId))
      const heads = await readHeads([...sessionIds])
      for (const { sessionId, seenId, wake } of [...waiting]) {
        if (!sessionIds.has(sessionId)) continue
        const head = heads.get(sessionId)
        if (head === undefined || head > seenId) wake()
      }
      isAway = false
    } catch (err) {
      // They go on waiting, and the next look may do: to send them all to the database now would not mend it.
      if (!isAway) logger.warn({ err }, 'nobody can tell at present whether chats have news')
      isAway = true
    }
    timer = null
    lookSoon()
  }
  const lookSoon = () => {
    if (timer === null && waiting.size > 0 && !isClosed) timer = setTimeout(look, everyMs)
  }

  return {
    wait({ sessionId, seenId }, ms, signal) {
      if (isClosed || signal.aborted || ms === 0) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(one)
          clearTimeout(end)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        const one = { sessionId, seenId, wake }
        const end = setTimeout(wake, ms)
        signal.addEventListener('abort', wake)
        waiting.add(one)
        lookSoon()
      })
    },

    ring(sessionId, entryId) {
      for (const one of [...waiting]) if (one.sessionId === sessionId && one.seenId < entryId) one.wake()
    },

    close() {
      isClosed = true
      for (const { wake } of [...waiting]) wake()
      if (timer !== null) clearTimeout(timer)
    },
  }
}
