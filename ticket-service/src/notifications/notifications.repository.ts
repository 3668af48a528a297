import type { Pool } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import { firstIdOf } from './first-id.ts'
import type { Notification, Recipient } from './notification.ts'

export type Page = { unreadOnly: boolean; before: string | null; limit: number }

export type NotificationsRepository = {
  /** Newest first, those before the id `before`. */
  list(recipient: Recipient, page: Page): Promise<Notification[]>
  countUnread(recipient: Recipient): Promise<number>
  /** Null when the recipient has no such notification. One that was read stays read as of then. */
  markRead(recipient: Recipient, id: string, at: Date): Promise<Notification | null>
  /** @returns how many were unread */
  markAllRead(recipient: Recipient, at: Date): Promise<number>
  /**
   * Removes some that were read before a time, or made before another one.
   * @returns how many; fewer than `limit` means that no more are left
   */
  purge(readBefore: Date, madeBefore: Date, limit: number): Promise<number>
}

type Row = {
  id: string
  kind: string
  title: string
  message: string
  ticket_id: string
  actor_id: number | null
  read_at: Date | null
  created_at: Date
}

const columns = 'id, kind, title, message, ticket_id, actor_id, read_at, created_at'
const own = 'tenant_id = ? AND user_id = ?'
const rowsAtOnce = 500

/** The table `notifications`, as the people see it who are told. */
export function createNotificationsRepository(pool: Pool): NotificationsRepository {
  const idsOf = async (where: string, values: unknown[]): Promise<string[]> =>
    (await pool.query<{ id: string }[]>(`SELECT id FROM notifications WHERE ${where}`, values)).map(
      ({ id }) => id,
    )

  return {
    async list({ tenantId, userId }, { unreadOnly, before, limit }) {
      const unread = unreadOnly ? 'AND read_at IS NULL' : ''
      const older = before === null ? '' : 'AND id < ?'
      const rows = await pool.query<Row[]>(
        `SELECT ${columns} FROM notifications WHERE ${own} ${unread} ${older} ORDER BY id DESC LIMIT ?`,
        [tenantId, userId, ...(before === null ? [] : [before]), limit],
      )
      return rows.map(toNotification)
    },

    async countUnread({ tenantId, userId }) {
      const [row] = await pool.query<{ unread: number }[]>(
        `SELECT COUNT(*) AS unread FROM notifications WHERE ${own} AND read_at IS NULL`,
        [tenantId, userId],
      )
      return row?.unread ?? 0
    },

    async markRead({ tenantId, userId }, id, at) {
      // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL.
      if (!isUuid(id)) return null
      const values = [id, tenantId, userId]
      await pool.query(`UPDATE notifications SET read_at = ? WHERE id = ? AND ${own} AND read_at IS NULL`, [
        at,
        ...values,
      ])
      const [row] = await pool.query<Row[]>(
        `SELECT ${columns} FROM notifications WHERE id = ? AND ${own}`,
        values,
      )
      return row === undefined ? null : toNotification(row)
    },

    async markAllRead({ tenantId, userId }, at) {
      let marked = 0
      for (;;) {
        // By primary key: a range would make those wait who are just telling this person something.
        const ids = await idsOf(`${own} AND read_at IS NULL LIMIT ?`, [tenantId, userId, rowsAtOnce])
        if (ids.length === 0) return marked
        const change = 'UPDATE notifications SET read_at = ? WHERE id IN (?) AND read_at IS NULL'
        const { affectedRows } = await pool.query(change, [at, ids])
        marked += Number(affectedRows)
      }
    },

    async purge(readBefore, madeBefore, limit) {
      const read = await idsOf('read_at < ? LIMIT ?', [readBefore, limit])
      const rest = limit - read.length
      const old = await idsOf('id < ? ORDER BY id LIMIT ?', [firstIdOf(madeBefore), rest])
      const ids = [...read, ...old]
      if (ids.length > 0) await pool.query('DELETE FROM notifications WHERE id IN (?)', [ids])
      return ids.length
    },
  }
}

function toNotification(row: Row): Notification {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    message: row.message,
    ticketId: row.ticket_id,
    actorId: row.actor_id,
    readAt: row.read_at,
    createdAt: row.created_at,
  }
}
