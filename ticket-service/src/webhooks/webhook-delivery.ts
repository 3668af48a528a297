import type { Delivery } from '../notifications/channel.ts'

/** A message on its way to a webhook. Its id is the message's too, and stays the same however often it is sent. */
export type WebhookDelivery = Delivery & { webhookId: string; event: string; payload: string }

/** How a message fared. */
export type LoggedDelivery = {
  id: string
  webhookId: string
  event: string
  state: 'pending' | 'delivered' | 'failed'
  attempts: number
  /** Of the last attempt, as the three that follow. */
  responseStatus: number | null
  durationMs: number | null
  error: string | null
  nextAttemptAt: Date | null
  createdAt: Date
  finishedAt: Date | null
}
