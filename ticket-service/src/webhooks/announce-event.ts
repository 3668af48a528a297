import type { TellOthers } from '../tickets/ticket-event.ts'
import type { AnnouncementsRepository } from './announcements.repository.ts'
import { payloadOf } from './webhook-payload.ts'
import type { WebhookTenants } from './webhook-tenants.ts'

type Needs = { announcements: AnnouncementsRepository; tenants: Pick<WebhookTenants, 'mayHave'> }

/** Writes down, in the transaction of the cause, what the tenant's webhooks are to be told. */
export function createAnnounceEvent({ announcements, tenants }: Needs): TellOthers {
  return async (tx, event) => {
    const { tenantId } = event.ticket
    if (!tenants.mayHave(tenantId)) return
    const webhookIds = await announcements.findListeners(tx, tenantId, event.kind)
    if (webhookIds.length === 0) return
    await announcements.insert(tx, webhookIds, { tenantId, event: event.kind, payload: payloadOf(event) })
  }
}
