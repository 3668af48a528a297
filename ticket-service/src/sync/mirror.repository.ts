import type { Pool } from '@werk/shared/database/pool'
import { retryDeadlocks } from '@werk/shared/database/retry-deadlocks'
import type { IncidentComment } from '@werk/shared/invgate/comments'
import { v7 as uuidv7 } from 'uuid'
import type { Ticket } from '../tickets/ticket.ts'
import { ticketColumns, toTicket } from '../tickets/tickets.rows.ts'

/** `commentsAsOf`: InvGate's last change up to which the comments are here; null when they were never read. */
export type MirroredTicket = Ticket & { commentsAsOf: Date | null }

export type Creator = Pick<Ticket, 'creatorEmail' | 'creatorKey'>

/** The tickets of all tenants, as the sync needs them. */
export type MirrorRepository = {
  /** Those that are not closed, the one that was looked at longest ago first. */
  listOpenIds(limit: number): Promise<{ id: string; invGateId: number }[]>
  listByIds(ids: readonly string[]): Promise<MirroredTicket[]>
  listByInvGateIds(invGateIds: readonly number[]): Promise<MirroredTicket[]>
  /** InvGate agreed at that time. */
  touch(ids: readonly string[], syncedAt: Date): Promise<void>
  /** New ones are added, those that are there are brought up to date. */
  saveComments(ticketId: string, comments: readonly IncidentComment[], asOf: Date): Promise<void>
  /** Who raised tickets for this customer of InvGate's, the latest first. */
  listCreators(tenantId: number, customerId: number, limit: number): Promise<Creator[]>
  /** InvGate's highest id of all tickets; null when there is none. */
  findHighestInvGateId(): Promise<number | null>
  /** When the open ticket that was looked at longest ago was; null when none is open. */
  findOldestSync(): Promise<Date | null>
}

export function createMirrorRepository(pool: Pool): MirrorRepository {
  const list = async (column: 'id' | 'inv_gate_id', values: readonly (string | number)[]) => {
    if (values.length === 0) return []
    const rows = await pool.query(
      `SELECT ${ticketColumns}, comments_as_of FROM tickets WHERE ${column} IN (?)`,
      [values],
    )
    return rows.map((row: Parameters<typeof toTicket>[0] & { comments_as_of: Date | null }) => ({
      ...toTicket(row),
      commentsAsOf: row.comments_as_of,
    }))
  }

  return {
    listOpenIds: (limit) =>
      pool.query(
        `SELECT id, inv_gate_id AS invGateId FROM tickets WHERE status <> 'closed' ORDER BY synced_at, id LIMIT ?`,
        [limit],
      ),

    listByIds: (ids) => list('id', ids),
    listByInvGateIds: (invGateIds) => list('inv_gate_id', invGateIds),

    async touch(ids, syncedAt) {
      if (ids.length === 0) return
      await retryDeadlocks(() =>
        pool.query('UPDATE tickets SET synced_at = ? WHERE id IN (?) AND synced_at < ?', [
          syncedAt,
          ids,
          syncedAt,
        ]),
      )
    },

    async saveComments(ticketId, comments, asOf) {
      for (const comment of comments)
        await pool.execute(
          `INSERT INTO ticket_comments
             (id, ticket_id, inv_gate_comment_id, author_id, message, customer_visible, is_solution, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE
             message = VALUES(message), customer_visible = VALUES(customer_visible), is_solution = VALUES(is_solution)`,
          [
            uuidv7(),
            ticketId,
            comment.id,
            comment.authorId,
            comment.message ?? '',
            comment.customerVisible,
            comment.isSolution,
            comment.createdAt ?? asOf,
          ],
        )
      await pool.execute('UPDATE tickets SET comments_as_of = ? WHERE id = ?', [asOf, ticketId])
    },

    listCreators: (tenantId, customerId, limit) =>
      pool.query(
        `SELECT creator_email AS creatorEmail, creator_key AS creatorKey FROM tickets
          WHERE tenant_id = ? AND customer_id = ? AND creator_key <> ''
          GROUP BY creator_email, creator_key ORDER BY MAX(inv_gate_id) DESC LIMIT ?`,
        [tenantId, customerId, limit],
      ),

    async findHighestInvGateId() {
      const [row] = await pool.query<{ highest: number | null }[]>(
        'SELECT MAX(inv_gate_id) AS highest FROM tickets',
      )
      return row?.highest ?? null
    },

    async findOldestSync() {
      const [row] = await pool.query<{ oldest: Date | null }[]>(
        `SELECT MIN(synced_at) AS oldest FROM tickets WHERE status <> 'closed'`,
      )
      return row?.oldest ?? null
    },
  }
}
