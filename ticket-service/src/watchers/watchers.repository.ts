import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { Watcher } from './watcher.ts'

export type WatchersRepository = {
  /** In the order of their accounts. */
  list(ticketId: string, tx?: PoolConnection): Promise<Watcher[]>
  /** Of a ticket that the transaction has locked. */
  listIds(tx: PoolConnection, ticketId: string): Promise<number[]>
  /** @param userIds that do not watch it yet */
  add(
    tx: PoolConnection,
    ticket: Pick<DeskTicket, 'id' | 'tenantId'>,
    userIds: readonly number[],
    at: Date,
  ): Promise<void>
  remove(tx: PoolConnection, ticketId: string, userIds: readonly number[]): Promise<void>
}

type Row = { user_id: number; name: string; created_at: Date }

/** The table `ticket_watchers`. */
export function createWatchersRepository(pool: Pool): WatchersRepository {
  return {
    async list(ticketId, tx) {
      const rows = await (tx ?? pool).execute<Row[]>(
        `SELECT w.user_id, w.created_at, TRIM(CONCAT(COALESCE(u.name, ''), ' ', COALESCE(u.last_name, ''))) AS name
          FROM ticket_watchers w LEFT JOIN directory_users u ON u.id = w.user_id WHERE w.ticket_id = ? ORDER BY w.user_id`,
        [ticketId],
      )
      return rows.map((row) => ({ userId: row.user_id, name: row.name, createdAt: row.created_at }))
    },

    async listIds(tx, ticketId) {
      const rows = await tx.execute<{ user_id: number }[]>(
        'SELECT user_id FROM ticket_watchers WHERE ticket_id = ? ORDER BY user_id',
        [ticketId],
      )
      return rows.map(({ user_id }) => user_id)
    },

    async add(tx, { id, tenantId }, userIds, at) {
      if (userIds.length === 0) return
      await tx.query(
        `INSERT INTO ticket_watchers (ticket_id, user_id, tenant_id, created_at) VALUES ${userIds.map(() => '(?, ?, ?, ?)').join(', ')}`,
        userIds.flatMap((userId) => [id, userId, tenantId, at]),
      )
    },

    async remove(tx, ticketId, userIds) {
      if (userIds.length === 0) return
      await tx.query('DELETE FROM ticket_watchers WHERE ticket_id = ? AND user_id IN (?)', [
        ticketId,
        userIds,
      ])
    },
  }
}
