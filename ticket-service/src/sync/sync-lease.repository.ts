import type { Pool } from '@werk/shared/database/pool'
import type { SyncLease } from './sync-lease.ts'

type Options = {
  pool: Pool
  /** UUID of this process. */
  owner: string
  /** A look that was not heard of for so long is taken over. */
  leaseMs: number
}

const name = 'invgate'
const longestCursor = 500

/** One row of `sync_states`. */
export function createSyncLease({ pool, owner, leaseMs }: Options): SyncLease {
  return {
    async hold(pauseMs = 0) {
      await pool.execute('INSERT IGNORE INTO sync_states (name) VALUES (?)', [name])
      const { affectedRows } = await pool.execute(
        `UPDATE sync_states SET owner = ?, lease_until = NOW(3) + INTERVAL ? MICROSECOND, updated_at = NOW(3)
          WHERE name = ? AND (owner = ? OR lease_until IS NULL OR lease_until <= NOW(3))`,
        [owner, Math.round((leaseMs + pauseMs) * 1000), name, owner],
      )
      return affectedRows === 1
    },

    async release(pauseMs) {
      await pool.execute(
        `UPDATE sync_states SET owner = NULL, lease_until = NOW(3) + INTERVAL ? MICROSECOND, updated_at = NOW(3)
          WHERE name = ? AND owner = ?`,
        [Math.round(pauseMs * 1000), name, owner],
      )
    },

    async readCursor() {
      const [row] = await pool.execute<{ cursor_value: string | null }[]>(
        'SELECT cursor_value FROM sync_states WHERE name = ?',
        [name],
      )
      return row?.cursor_value ?? null
    },

    async writeCursor(value) {
      const kept = value === null || value.length > longestCursor ? null : value
      await pool.execute('UPDATE sync_states SET cursor_value = ? WHERE name = ? AND owner = ?', [
        kept,
        name,
        owner,
      ])
    },
  }
}
