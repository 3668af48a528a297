import type { Pool } from '@werk/shared/database/pool'
import type { KnownIncidents } from './known-incidents.ts'

const name = 'invgate.known'

/** One row of `sync_states`. */
export function createKnownIncidents(pool: Pool): KnownIncidents {
  return {
    async read(first) {
      await pool.execute('INSERT IGNORE INTO sync_states (name, cursor_value) VALUES (?, ?)', [
        name,
        String(first),
      ])
      const [row] = await pool.execute<{ cursor_value: string }[]>(
        'SELECT cursor_value FROM sync_states WHERE name = ?',
        [name],
      )
      return Number(row?.cursor_value ?? first)
    },

    async write(upTo) {
      await pool.execute(
        `UPDATE sync_states SET cursor_value = ?, updated_at = NOW(3)
          WHERE name = ? AND CAST(cursor_value AS UNSIGNED) < ?`,
        [String(upTo), name, upTo],
      )
    },
  }
}
