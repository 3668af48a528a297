import { inTransaction, type Pool, type PoolConnection } from '../database/pool.ts'
import { retryDeadlocks } from '../database/retry-deadlocks.ts'

export type Claim = {
  /** With the columns `id`, `attempts` and `available_at`. */
  table: string
  columns: string
  /** A further condition, with its values. */
  where?: { sql: string; values: readonly unknown[] }
  limit: number
  leaseMs: number
}

/**
 * Claims due rows of a table of work, oldest first, for one worker among all replicas (`FOR UPDATE SKIP LOCKED`).
 * A claim counts the attempt and moves `available_at` past the lease, so the work of a worker that died comes due
 * again by itself. Times are the database's, because replicas' clocks differ. Claims at once may deadlock, as each holds
 * the gaps between what it read and writes into those of another, so a victim claims again.
 * @returns the rows as they were before the claim
 */
export function claimDue<Row extends { id: string | number }>(pool: Pool, claim: Claim): Promise<Row[]> {
  const { table, columns, where, limit, leaseMs } = claim
  const claimOnce = async (connection: PoolConnection): Promise<Row[]> => {
    const rows = await connection.query<Row[]>(
      `SELECT ${columns} FROM ${table} WHERE available_at <= NOW(3) ${where === undefined ? '' : `AND ${where.sql}`}
        ORDER BY available_at LIMIT ? FOR UPDATE SKIP LOCKED`,
      [...(where?.values ?? []), limit],
    )
    if (rows.length === 0) return []
    await connection.query(
      `UPDATE ${table} SET attempts = attempts + 1, available_at = NOW(3) + INTERVAL ? MICROSECOND WHERE id IN (?)`,
      [leaseMs * 1000, rows.map(({ id }) => id)],
    )
    return rows
  }
  return retryDeadlocks(() => inTransaction(pool, claimOnce))
}
