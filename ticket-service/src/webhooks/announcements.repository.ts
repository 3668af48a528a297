import type { PoolConnection } from '@werk/shared/database/pool'
import { v7 as uuidv7 } from 'uuid'
import type { WebhookEvent } from './webhook.ts'

export type Announcement = { tenantId: number; event: WebhookEvent; payload: string }

export type AnnouncementsRepository = {
  /** The ids of a tenant's active webhooks that want to know of such an event. */
  findListeners(tx: PoolConnection, tenantId: number, event: WebhookEvent): Promise<string[]>
  insert(tx: PoolConnection, webhookIds: readonly string[], announcement: Announcement): Promise<void>
}

/** Writes `webhook_deliveries` in the transaction of their cause. */
export function createAnnouncementsRepository(): AnnouncementsRepository {
  return {
    async findListeners(tx, tenantId, event) {
      const rows = await tx.query<{ id: string; events: string }[]>(
        'SELECT id, events FROM webhooks WHERE tenant_id = ? AND active ORDER BY id',
        [tenantId],
      )
      return rows
        .filter(({ events }) => events === '' || events.split(' ').includes(event))
        .map(({ id }) => id)
    },

    async insert(tx, webhookIds, { tenantId, event, payload }) {
      const places = webhookIds.map(() => "(?, ?, ?, ?, ?, 'pending')").join(', ')
      await tx.query(
        `INSERT INTO webhook_deliveries (id, tenant_id, webhook_id, event, payload, state) VALUES ${places}`,
        webhookIds.flatMap((webhookId) => [uuidv7(), tenantId, webhookId, event, payload]),
      )
    },
  }
}
