import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { Distribution, Rating } from './rating.ts'

export type RatingsRepository = {
  insert(tx: PoolConnection, tenantId: number, rating: Rating): Promise<void>
  update(tx: PoolConnection, rating: Pick<Rating, 'id' | 'score' | 'comment' | 'updatedAt'>): Promise<void>
  /** The one of the time that a locked ticket is done now. */
  findCurrent(tx: PoolConnection, ticketId: string): Promise<Rating | null>
  findLatest(ticketId: string): Promise<Rating | null>
  /** A ticket is taken up again: the next time that it is done, it is rated anew. */
  end(tx: PoolConnection, ticketId: string, at: Date): Promise<void>
  /** Of a tenant, those given from one time on and before another; null does not narrow. */
  countByScore(tenantId: number, from: Date | null, to: Date | null): Promise<Distribution>
}

type Row = {
  id: string
  ticket_id: string
  score: number
  comment: string | null
  created_at: Date
  updated_at: Date
  ended_at: Date | null
}

const columns = 'id, ticket_id, score, comment, created_at, updated_at, ended_at'

/** The table `ticket_ratings`. */
export function createRatingsRepository(pool: Pool): RatingsRepository {
  const first = ([row]: Row[]) => (row === undefined ? null : toRating(row))

  const findCurrent = async (tx: PoolConnection, ticketId: string) =>
    first(
      await tx.execute(
        `SELECT ${columns} FROM ticket_ratings WHERE ticket_id = ? AND ended_at IS NULL ORDER BY id DESC LIMIT 1`,
        [ticketId],
      ),
    )

  return {
    async insert(tx, tenantId, { id, ticketId, score, comment, createdAt, updatedAt, endedAt }) {
      await tx.execute(`INSERT INTO ticket_ratings (${columns}, tenant_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, [
        id,
        ticketId,
        score,
        comment,
        createdAt,
        updatedAt,
        endedAt,
        tenantId,
      ])
    },

    async update(tx, { id, score, comment, updatedAt }) {
      await tx.execute('UPDATE ticket_ratings SET score = ?, comment = ?, updated_at = ? WHERE id = ?', [
        ...[score, comment, updatedAt],
        id,
      ])
    },

    findCurrent,

    async findLatest(ticketId) {
      return first(
        await pool.execute(
          `SELECT ${columns} FROM ticket_ratings WHERE ticket_id = ? ORDER BY id DESC LIMIT 1`,
          [ticketId],
        ),
      )
    },

    async end(tx, ticketId, at) {
      // Read first, because to change what is not there would lock the gap where others' ratings come in.
      const current = await findCurrent(tx, ticketId)
      if (current === null) return
      await tx.execute('UPDATE ticket_ratings SET ended_at = ? WHERE id = ?', [at, current.id])
    },

    async countByScore(tenantId, from, to) {
      const bounds = [
        ...(from === null ? [] : [{ sql: 'created_at >= ?', value: from }]),
        ...(to === null ? [] : [{ sql: 'created_at < ?', value: to }]),
      ]
      const rows = await pool.execute<{ score: number; ratings: number }[]>(
        `SELECT score, COUNT(*) AS ratings FROM ticket_ratings
          WHERE ${['tenant_id = ?', ...bounds.map(({ sql }) => sql)].join(' AND ')} GROUP BY score`,
        [tenantId, ...bounds.map(({ value }) => value)],
      )
      const counts: Distribution = [0, 0, 0, 0, 0]
      for (const { score, ratings } of rows) counts[score - 1] = ratings
      return counts
    },
  }
}

function toRating(row: Row): Rating {
  return {
    id: row.id,
    ticketId: row.ticket_id,
    score: row.score,
    comment: row.comment,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
  }
}
