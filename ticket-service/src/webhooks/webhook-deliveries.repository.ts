import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { claimDue } from '@werk/shared/outbox/claim-due'
import { validate as isUuid } from 'uuid'
import type { DeliveryStore } from '../notifications/channel.ts'
import { firstIdOf } from '../notifications/first-id.ts'
import type { LoggedDelivery, WebhookDelivery } from './webhook-delivery.ts'

export type WebhookDeliveries = DeliveryStore<WebhookDelivery> & {
  /** Written down as claimed, for its first attempt to be made at once. */
  insertClaimed(tx: PoolConnection, delivery: WebhookDelivery & { tenantId: number }): Promise<void>
  /** Newest first, those before the id `before`. */
  list(webhookId: string, before: string | null, limit: number): Promise<LoggedDelivery[]>
  find(tenantId: number, id: string): Promise<LoggedDelivery | null>
  /** To be delivered anew, now; false when it is on its way already. */
  restart(tx: PoolConnection, id: string): Promise<boolean>
}

type ClaimedRow = { id: string; attempts: number; webhook_id: string; event: string; payload: string }
type LogRow = {
  id: string
  webhook_id: string
  event: string
  state: string
  attempts: number
  response_status: number | null
  duration_ms: number | null
  last_error: string | null
  available_at: Date
  created_at: Date
  finished_at: Date | null
}

const leaseMs = 60_000
const never = "'9999-12-31 00:00:00.000'"
/** Of one webhook by one worker: one that does not answer must not hold up the others. */
const mostAtOnce = 2
const logColumns =
  'id, webhook_id, event, state, attempts, response_status, duration_ms, last_error, available_at, created_at, finished_at'

/** The table `webhook_deliveries`. */
export function createWebhookDeliveries(pool: Pool): WebhookDeliveries {
  return {
    async claimDue(limit, busy) {
      const full = idsAtLeast(mostAtOnce, busy)
      const rows = await claimDue<ClaimedRow>(pool, {
        table: 'webhook_deliveries',
        columns: 'id, attempts, webhook_id, event, payload',
        ...(full.length > 0 && { where: { sql: 'webhook_id NOT IN (?)', values: [full] } }),
        limit,
        leaseMs,
      })
      return rows.map(({ webhook_id, attempts, ...row }) => ({
        ...row,
        webhookId: webhook_id,
        attempts: attempts + 1,
      }))
    },

    async settle({ id, attempts }, { state, reason, delayMs, status, durationMs }) {
      const isOver = state !== 'pending'
      await pool.query(
        `UPDATE webhook_deliveries SET state = ?, last_error = ?, response_status = ?, duration_ms = ?,
            ${isOver ? `finished_at = NOW(3), available_at = ${never}` : 'available_at = NOW(3) + INTERVAL ? MICROSECOND'}
          WHERE id = ? AND attempts = ? AND state = 'pending'`,
        [
          ...[state, reason?.slice(0, 500) ?? null, status, durationMs],
          ...(isOver ? [] : [delayMs * 1000]),
          ...[id, attempts],
        ],
      )
    },

    async purge(madeBefore, limit) {
      const { affectedRows } = await pool.query(
        'DELETE FROM webhook_deliveries WHERE id < ? ORDER BY id LIMIT ?',
        [firstIdOf(madeBefore), limit],
      )
      return Number(affectedRows)
    },

    async insertClaimed(tx, { id, tenantId, webhookId, event, payload, attempts }) {
      await tx.query(
        `INSERT INTO webhook_deliveries (id, tenant_id, webhook_id, event, payload, state, attempts, available_at)
          VALUES (?, ?, ?, ?, ?, 'pending', ?, NOW(3) + INTERVAL ? MICROSECOND)`,
        [id, tenantId, webhookId, event, payload, attempts, leaseMs * 1000],
      )
    },

    async list(webhookId, before, limit) {
      const rows = await pool.query<LogRow[]>(
        `SELECT ${logColumns} FROM webhook_deliveries WHERE webhook_id = ? ${before === null ? '' : 'AND id < ?'}
          ORDER BY id DESC LIMIT ?`,
        [webhookId, ...(before === null ? [] : [before]), limit],
      )
      return rows.map(toLogged)
    },

    async find(tenantId, id) {
      // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL.
      if (!isUuid(id)) return null
      const [row] = await pool.query<LogRow[]>(
        `SELECT ${logColumns} FROM webhook_deliveries WHERE id = ? AND tenant_id = ?`,
        [id, tenantId],
      )
      return row === undefined ? null : toLogged(row)
    },

    async restart(tx, id) {
      const { affectedRows } = await tx.query(
        `UPDATE webhook_deliveries SET state = 'pending', attempts = 0, available_at = NOW(3), finished_at = NULL
          WHERE id = ? AND state <> 'pending'`,
        [id],
      )
      return affectedRows === 1
    },
  }
}

function idsAtLeast(most: number, busy: readonly WebhookDelivery[]): string[] {
  const counts = new Map<string, number>()
  for (const { webhookId } of busy) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1)
  return [...counts].flatMap(([webhookId, count]) => (count >= most ? [webhookId] : []))
}

function toLogged(row: LogRow): LoggedDelivery {
  const state = row.state === 'delivered' || row.state === 'failed' ? row.state : 'pending'
  return {
    id: row.id,
    webhookId: row.webhook_id,
    event: row.event,
    state,
    attempts: row.attempts,
    responseStatus: row.response_status,
    durationMs: row.duration_ms,
    error: row.last_error,
    nextAttemptAt: state === 'pending' ? row.available_at : null,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  }
}
