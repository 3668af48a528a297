import type { FeedEntry } from '@werk/shared/directory/feed'
import type { FeedClient, FeedPosition } from '@werk/shared/directory/feed-client'
import type { FeedSnapshot } from './known-directory.ts'

/** The feed from its beginning to its end of now. @throws when it becomes another one meanwhile */
export async function readWholeFeed(
  feed: Pick<FeedClient, 'read'>,
  signal: AbortSignal,
): Promise<FeedSnapshot> {
  const newest = new Map<string, FeedEntry>()
  let position: FeedPosition = { origin: null, cursor: 0 }
  for (;;) {
    const page = await feed.read(position, 0, signal)
    const { origin, cursor } = page
    if (position.origin !== null && (origin !== position.origin || cursor < position.cursor))
      throw new Error('the directory feed became another one while it was read')
    // What changes meanwhile comes once more, later.
    for (const entry of page.entries) newest.set(`${entry.entity}:${entry.id}`, entry)
    position = { origin, cursor }
    if (!page.has_more) return { origin, cursor, entries: [...newest.values()] }
  }
}
