import type { Pool } from '@werk/shared/database/pool'
import { claimDue } from '@werk/shared/outbox/claim-due'
import { staffRoles } from './audience.ts'
import type { Delivery, DeliveryStore } from './channel.ts'
import { firstIdOf } from './first-id.ts'

/** A notification as a mail needs it. */
export type MailToSend = {
  notificationId: string
  ticketId: string
  kind: string
  title: string
  message: string
  body: string | null
  createdAt: Date
  /** The address of whoever is told; null when they have none any more, or may not be told any more. */
  to: string | null
}

export type MailDeliveries = DeliveryStore<Delivery> & { find(id: string): Promise<MailToSend | null> }

type Row = {
  notification_id: string
  ticket_id: string
  kind: string
  title: string
  message: string
  body: string | null
  created_at: Date
  email: string | null
}

/** Longer than an SMTP conversation takes, each of whose steps has a limit of its own. */
const leaseMs = 120_000
const never = "'9999-12-31 00:00:00.000'"

/** The table `notification_deliveries`, for mail. */
export function createMailDeliveries(pool: Pool): MailDeliveries {
  return {
    async claimDue(limit) {
      const where = { sql: "channel = 'email'", values: [] }
      const claim = { table: 'notification_deliveries', columns: 'id, attempts', where, limit, leaseMs }
      const rows = await claimDue<Delivery>(pool, claim)
      return rows.map(({ id, attempts }) => ({ id, attempts: attempts + 1 }))
    },

    async find(id) {
      const [row] = await pool.query<Row[]>(
        `SELECT n.id AS notification_id, n.ticket_id, n.kind, n.title, n.message, d.body, n.created_at, u.email
          FROM notification_deliveries d JOIN notifications n ON n.id = d.notification_id
          LEFT JOIN directory_users u ON u.id = n.user_id AND u.tenant_id = n.tenant_id AND u.active
            AND (NOT d.staff_only OR u.role IN (?))
          WHERE d.id = ?`,
        [staffRoles, id],
      )
      return row === undefined ? null : toMail(row)
    },

    async settle({ id, attempts }, { state, reason, delayMs }) {
      const isOver = state !== 'pending'
      await pool.query(
        `UPDATE notification_deliveries SET state = ?, last_error = ?,
            ${isOver ? `body = NULL, finished_at = NOW(3), available_at = ${never}` : 'available_at = NOW(3) + INTERVAL ? MICROSECOND'}
          WHERE id = ? AND attempts = ?`,
        [state, reason?.slice(0, 500) ?? null, ...(isOver ? [] : [delayMs * 1000]), id, attempts],
      )
    },

    async purge(madeBefore, limit) {
      const { affectedRows } = await pool.query(
        'DELETE FROM notification_deliveries WHERE id < ? ORDER BY id LIMIT ?',
        [firstIdOf(madeBefore), limit],
      )
      return Number(affectedRows)
    },
  }
}

function toMail({ notification_id, ticket_id, created_at, email, ...row }: Row): MailToSend {
  return { ...row, notificationId: notification_id, ticketId: ticket_id, createdAt: created_at, to: email }
}
