import type { FeedEntity, FeedEntry } from '@werk/shared/directory/feed'
import type { Database } from '../infrastructure/database.ts'

export type FeedHead = {
  /** names the database behind the feed */
  origin: string
  /** of the last change */
  seq: number
}

export type FeedRepository = {
  readHead(): Promise<FeedHead>
  /** The next entries after a sequence number, in order. */
  readAfter(seq: number, limit: number): Promise<FeedEntry[]>
}

type Row = { seq: bigint | number; entity: FeedEntity; entity_id: string; payload: string | null }

/** `feed_entries`, as `recordChange` writes them. */
export function createFeedRepository(database: Database): FeedRepository {
  return {
    async readHead() {
      const [head] = await database.$queryRaw<{ seq: bigint | number; mark: string }[]>`
        SELECT seq, mark FROM ledger_heads WHERE name = 'feed'`
      if (head === undefined) throw new Error('ledger_heads lacks feed')
      return { origin: head.mark, seq: Number(head.seq) }
    },

    async readAfter(seq, limit) {
      const rows = await database.$queryRaw<Row[]>`
        SELECT seq, entity, entity_id, payload FROM feed_entries WHERE seq > ${seq} ORDER BY seq LIMIT ${limit}`
      return rows.map(toEntry)
    },
  }
}

/** The payload is what `readFeedState` made for this entity. */
function toEntry({ seq, entity, entity_id: id, payload }: Row): FeedEntry {
  return { seq: Number(seq), entity, id, data: payload === null ? null : JSON.parse(payload) }
}
