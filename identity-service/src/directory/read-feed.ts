import type { FeedPage } from '@werk/shared/directory/feed'
import type { FeedPosition } from '@werk/shared/directory/feed-client'
import type { FeedRepository } from './feed.repository.ts'
import type { FeedBell } from './feed-bell.ts'

type Question = FeedPosition & { limit: number; waitMs: number }

/** The next page for a follower; waits where there is none yet, until the signal aborts at most. */
export type ReadFeed = (question: Question, signal: AbortSignal) => Promise<FeedPage>

type Needs = { feed: FeedRepository; bell: FeedBell }

export function createReadFeed({ feed, bell }: Needs): ReadFeed {
  const readNow = async ({ origin, cursor, limit }: Question): Promise<FeedPage> => {
    const head = await feed.readHead()
    // Who comes from another database, or from after the end of this one, has to begin anew.
    const isKnown = (origin === null || origin === head.origin) && cursor <= head.seq
    const after = isKnown ? cursor : 0
    const entries = await feed.readAfter(after, limit)
    const last = entries.at(-1)?.seq ?? after
    const hasMore = entries.length === limit
    // The head was read first: whatever is up to it has been seen, or forgotten as out of date.
    return {
      origin: head.origin,
      cursor: hasMore ? last : Math.max(last, head.seq),
      has_more: hasMore,
      entries,
    }
  }

  return async (question, signal) => {
    const page = await readNow(question)
    const isNew = page.entries.length > 0 || page.cursor !== question.cursor || question.waitMs === 0
    if (isNew) return page
    await bell.wait(question.cursor, question.waitMs, signal)
    return readNow(question)
  }
}
