import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import { type Webhook, webhookEvents } from './webhook.ts'

/** What sealed secrets a message to a webhook is signed with: the current one, and for a while the one before. */
export type SealedSecrets = { current: Uint8Array; previous: Uint8Array | null }

export type WebhookChanges = Partial<
  Pick<Webhook, 'url' | 'description' | 'events' | 'active' | 'disabledReason'>
>

export type WebhooksRepository = {
  /** By id, after the id `after`. */
  list(tenantId: number, after: string | null, limit: number): Promise<Webhook[]>
  /** How many a tenant has; nobody else adds one until the transaction is over. */
  count(tx: PoolConnection, tenantId: number): Promise<number>
  find(tenantId: number, id: string): Promise<Webhook | null>
  /** With what is needed to call it. */
  findToCall(id: string): Promise<(Webhook & { sealed: SealedSecrets }) | null>
  /** Waits for whoever else changes it. */
  lock(tx: PoolConnection, tenantId: number, id: string): Promise<Webhook | null>
  insert(tx: PoolConnection, webhook: Webhook, secret: Uint8Array): Promise<void>
  update(tx: PoolConnection, id: string, changes: WebhookChanges, at: Date): Promise<void>
  /** The secret until now signs as well until then. */
  replaceSecret(tx: PoolConnection, id: string, secret: Uint8Array, previousUntil: Date): Promise<void>
  remove(tx: PoolConnection, id: string): Promise<void>
  /** Tenants that have an active one. */
  listTenants(): Promise<number[]>
}

type Row = {
  id: string
  tenant_id: number
  url: string
  description: string
  events: string
  active: number
  disabled_reason: string | null
  created_at: Date
  updated_at: Date
}
type CallRow = Row & { secret: Uint8Array; previous_secret: Uint8Array | null }

const columns = 'id, tenant_id, url, description, events, active, disabled_reason, created_at, updated_at'
const columnOf = {
  url: 'url',
  description: 'description',
  events: 'events',
  active: 'active',
  disabledReason: 'disabled_reason',
} as const satisfies Record<keyof WebhookChanges, string>

/** The table `webhooks`. Secrets come and go sealed. */
export function createWebhooksRepository(pool: Pool): WebhooksRepository {
  const one = async (from: Pool | PoolConnection, tenantId: number, id: string, lock = '') => {
    // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL.
    if (!isUuid(id)) return null
    const statement = `SELECT ${columns} FROM webhooks WHERE id = ? AND tenant_id = ? ${lock}`
    const [row] = await from.query<Row[]>(statement, [id, tenantId])
    return row === undefined ? null : toWebhook(row)
  }

  return {
    async list(tenantId, after, limit) {
      const rows = await pool.query<Row[]>(
        `SELECT ${columns} FROM webhooks WHERE tenant_id = ? AND id > ? ORDER BY id LIMIT ?`,
        [tenantId, after ?? '', limit],
      )
      return rows.map(toWebhook)
    },

    async count(tx, tenantId) {
      const statement = 'SELECT id FROM webhooks WHERE tenant_id = ? FOR UPDATE'
      return (await tx.query<{ id: string }[]>(statement, [tenantId])).length
    },

    find: (tenantId, id) => one(pool, tenantId, id),
    lock: (tx, tenantId, id) => one(tx, tenantId, id, 'FOR UPDATE'),

    async findToCall(id) {
      const [row] = await pool.query<CallRow[]>(
        `SELECT ${columns}, secret, IF(previous_secret_until > NOW(3), previous_secret, NULL) AS previous_secret
          FROM webhooks WHERE id = ?`,
        [id],
      )
      if (row === undefined) return null
      return { ...toWebhook(row), sealed: { current: row.secret, previous: row.previous_secret } }
    },

    async insert(tx, webhook, secret) {
      const { id, tenantId, url, description, events, active, createdAt, updatedAt } = webhook
      await tx.query(
        `INSERT INTO webhooks (id, tenant_id, url, description, events, active, secret, created_at, updated_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [id, tenantId, url, description, events.join(' '), active, secret, createdAt, updatedAt],
      )
    },

    async update(tx, id, { events, ...rest }, at) {
      const values = { ...rest, ...(events !== undefined && { events: events.join(' ') }) }
      const changed = Object.entries(columnOf).flatMap(([name, column]) => {
        const value = (values as Record<string, unknown>)[name]
        return value === undefined ? [] : [{ column, value }]
      })
      const assignments = [...changed.map(({ column }) => `${column} = ?`), 'updated_at = ?']
      await tx.query(`UPDATE webhooks SET ${assignments.join(', ')} WHERE id = ?`, [
        ...changed.map(({ value }) => value),
        at,
        id,
      ])
    },

    async replaceSecret(tx, id, secret, previousUntil) {
      await tx.query(
        'UPDATE webhooks SET previous_secret = secret, previous_secret_until = ?, secret = ? WHERE id = ?',
        [previousUntil, secret, id],
      )
    },

    async remove(tx, id) {
      await tx.query('DELETE FROM webhooks WHERE id = ?', [id])
    },

    async listTenants() {
      const rows = await pool.query<{ tenant_id: number }[]>(
        'SELECT DISTINCT tenant_id FROM webhooks WHERE active',
      )
      return rows.map(({ tenant_id }) => tenant_id)
    },
  }
}

function toWebhook(row: Row): Webhook {
  const named = new Set(row.events.split(' '))
  return {
    id: row.id,
    tenantId: row.tenant_id,
    url: row.url,
    description: row.description,
    events: webhookEvents.filter((event) => named.has(event)),
    active: row.active === 1,
    disabledReason: row.disabled_reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
