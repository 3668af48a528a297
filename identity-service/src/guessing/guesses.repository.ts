import { inTransaction, type Pool, type PoolConnection } from '@werk/shared/database/pool'
import { retryDeadlocks } from '@werk/shared/database/retry-deadlocks'

/** A row of `guesses`, and how many failures it may have before each further one costs a delay. */
export type Counter = { id: string; limit: number }

export type GuessesRepository = {
  /**
   * Counts one more failure in every counter, unless one of them has to wait. Together and one after another, over all
   * replicas: times are the database's.
   * @param delayMs what a counter's newest failure costs
   * @returns milliseconds to wait; 0 when the attempt was counted and may go on
   */
  take(counters: readonly Counter[], delayMs: (failures: number, limit: number) => number): Promise<number>
  /** Counts one failure less, and ends the wait of a counter that is below its limit again. */
  giveBack(counters: readonly Counter[]): Promise<void>
  clear(ids: readonly string[]): Promise<void>
}

type Row = { id: string; failures: number; wait_us: number | null }

const rememberedHours = 1

/** Failures are forgotten an hour after the last one. */
export function createGuessesRepository(pool: Pool): GuessesRepository {
  return {
    async take(unsorted, delayMs) {
      if (unsorted.length === 0) return 0
      // Everybody locks in the same order.
      const counters = unsorted.toSorted((a, b) => (a.id < b.id ? -1 : 1))
      const ids = counters.map(({ id }) => id)
      // Most of a flood ends here, without a lock and without a row.
      const waitMs = longestWaitMs(await read(pool, ids))
      if (waitMs > 0) return waitMs
      return retryDeadlocks(() => inTransaction(pool, (tx) => count(tx, counters, delayMs)))
    },

    async giveBack(counters) {
      for (const { id, limit } of counters) {
        // Assignments happen from left to right: the second one sees the new number.
        await pool.query(
          `UPDATE guesses SET failures = GREATEST(failures, 1) - 1,
            blocked_until = IF(failures < ?, NULL, blocked_until) WHERE id = ?`,
          [limit, id],
        )
      }
    },

    async clear(ids) {
      if (ids.length > 0) await pool.query('DELETE FROM guesses WHERE id IN (?)', [ids])
    },
  }
}

async function count(
  tx: PoolConnection,
  counters: readonly Counter[],
  delayMs: (failures: number, limit: number) => number,
): Promise<number> {
  // Writing first locks rows that are there and rows that are not yet; locking by reading would deadlock on the latter.
  const ids = counters.map(({ id }) => id)
  await tx.query(
    `INSERT INTO guesses (id, failures, expires_at) VALUES ${ids.map(() => '(?, 0, NOW(3))').join(', ')}
      ON DUPLICATE KEY UPDATE failures = failures`,
    ids,
  )
  const rows = await read(tx, ids, 'FOR UPDATE')
  const waitMs = longestWaitMs(rows)
  if (waitMs > 0) return waitMs
  for (const { id, limit } of counters) {
    const failures = (rows.find((row) => row.id === id)?.failures ?? 0) + 1
    await tx.query(
      `UPDATE guesses SET failures = ?, blocked_until = NOW(3) + INTERVAL ? MICROSECOND,
        expires_at = NOW(3) + INTERVAL ? HOUR WHERE id = ?`,
      [failures, delayMs(failures, limit) * 1000, rememberedHours, id],
    )
  }
  return 0
}

function read(
  connection: Pick<PoolConnection, 'query'>,
  ids: readonly string[],
  locking: '' | 'FOR UPDATE' = '',
): Promise<Row[]> {
  return connection.query<Row[]>(
    `SELECT id, IF(expires_at <= NOW(3), 0, failures) AS failures,
      TIMESTAMPDIFF(MICROSECOND, NOW(3), blocked_until) AS wait_us FROM guesses WHERE id IN (?) ${locking}`,
    [ids],
  )
}

function longestWaitMs(rows: readonly Row[]): number {
  return Math.max(0, ...rows.map(({ wait_us }) => (wait_us ?? 0) / 1000))
}
