import { notificationKinds } from '../notifications/notification.ts'

/** What a webhook can be told of. */
export const webhookEvents = notificationKinds
export type WebhookEvent = (typeof webhookEvents)[number]

/** What an admin sends to see whether it arrives. */
export const testEvent = 'webhook.test'

/** Where a tenant wants to be told of its events. */
export type Webhook = {
  /** UUIDv7. */
  id: string
  tenantId: number
  url: string
  description: string
  /** None means all. */
  events: WebhookEvent[]
  active: boolean
  /** Why the service, and not an admin, has switched it off. */
  disabledReason: string | null
  createdAt: Date
  updatedAt: Date
}
