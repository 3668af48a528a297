import { setTimeout as pause } from 'node:timers/promises'
import type { FeedClient, FeedPosition } from '@werk/shared/directory/feed-client'
import type { PeriodicTask } from '@werk/shared/outbox/periodic-task'
import type { DirectoryMemory } from './directory-memory.ts'
import type { DirectoryStatus } from './directory-status.ts'
import type { DirectoryModel } from './known-directory.ts'
import { readWholeFeed } from './read-whole-feed.ts'

export type FollowDirectory = PeriodicTask & {
  /** Begins with what the database knows. Without it this one is asked again later. */
  load(): Promise<void>
}

type Needs = {
  feed: Pick<FeedClient, 'read'>
  model: DirectoryModel
  memory: DirectoryMemory
  status: DirectoryStatus
}

/** Short, so that a connection that went dead is noticed before a revocation can be late. */
const waitSeconds = 2
const firstPauseMs = 100
const longestPauseMs = 500
const nowhere: FeedPosition = { origin: null, cursor: 0 }

/**
 * Follows the feed of the identity-service: each replica by itself, so that its memory learns all, and all into one
 * database, whose cursor only moves forward. While the feed is away, what is known goes on to count.
 */
export function createFollowDirectory({ feed, model, memory, status }: Needs): FollowDirectory {
  const stopping = new AbortController()
  const { signal } = stopping
  let position: FeedPosition | null = null
  let ended = Promise.resolve()

  const load = async () => {
    const { position: stored, known } = await model.load()
    memory.load(known)
    position = stored
    return stored
  }

  /** Without the database nothing can be gone on from, but who is let in is known all the same. */
  const loadOrAsk = () =>
    load().catch(async (error) => {
      memory.replace((await readWholeFeed(feed, signal)).entries)
      throw error
    })

  const startAnew = async ({ origin: instead }: FeedPosition) => {
    const whole = await readWholeFeed(feed, signal)
    memory.replace(whole.entries)
    status.heard(whole.entries.length)
    await model.replace(whole, instead)
    position = { origin: whole.origin, cursor: whole.cursor }
  }

  const step = async () => {
    const from = position ?? (await loadOrAsk())
    const page = await feed.read(from, waitSeconds, signal)
    if (page.origin !== from.origin || page.cursor < from.cursor) return startAnew(from)
    // The memory first: an end must count even while the database is away.
    memory.apply(page.entries)
    status.heard(page.entries.length)
    if (page.cursor === from.cursor) return
    const cursor = await model.apply(from.cursor, page)
    position = cursor === null ? nowhere : { origin: page.origin, cursor }
    const missing = memory.missingKeyOwners()
    if (missing.length > 0) memory.learnKeyOwners(await model.findKeyOwners(missing))
  }

  const follow = async () => {
    let failures = 0
    while (!signal.aborted) {
      try {
        await step()
        failures = 0
        status.follows()
      } catch (error) {
        if (signal.aborted) return
        status.failed(error)
        failures += 1
        await pause(backOff(failures), undefined, { signal }).catch(() => {})
      }
    }
  }

  return {
    async load() {
      await load().catch(status.failed)
    },
    start() {
      ended = follow()
    },
    async stop() {
      stopping.abort()
      await ended
    },
  }
}

/** Twice as long each time, and never for all replicas alike. */
function backOff(failures: number): number {
  return Math.min(firstPauseMs * 2 ** failures, longestPauseMs) * (0.5 + Math.random() / 2)
}
