import type { Pool } from '@werk/shared/database/pool'
import type { DeskTicket } from '../tickets/desk-ticket.ts'

/** How whoever raised a ticket is called; null where the directory does not know them. */
export type FindRequesterName = (
  ticket: Pick<DeskTicket, 'tenantId' | 'userId' | 'creatorKey'>,
) => Promise<string | null>

/** Of the table `directory_users`. */
export function createFindRequesterName(pool: Pool): FindRequesterName {
  return async ({ tenantId, userId, creatorKey }) => {
    const [row] = await pool.execute<{ name: string; last_name: string }[]>(
      `SELECT name, last_name FROM directory_users WHERE ${userId === null ? 'login_key' : 'id'} = ? AND tenant_id = ?
        ORDER BY id LIMIT 1`,
      [userId ?? creatorKey, tenantId],
    )
    return row === undefined ? null : `${row.name} ${row.last_name}`.trim() || null
  }
}
