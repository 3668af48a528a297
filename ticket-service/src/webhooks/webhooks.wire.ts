import type { Webhook as DomainWebhook } from './webhook.ts'
import type { LoggedDelivery } from './webhook-delivery.ts'
import type { ChangeBody, Delivery, Webhook } from './webhooks.schemas.ts'

/** The one place that maps webhooks and their log to the wire. */

export function toWireWebhook(webhook: DomainWebhook): Webhook {
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    events: webhook.events,
    active: webhook.active,
    disabled_reason: webhook.disabledReason,
    created_at: webhook.createdAt.toISOString(),
    updated_at: webhook.updatedAt.toISOString(),
  }
}

export function toWireDelivery(delivery: LoggedDelivery): Delivery {
  return {
    id: delivery.id,
    webhook_id: delivery.webhookId,
    event: delivery.event,
    status: delivery.state,
    attempts: delivery.attempts,
    response_status: delivery.responseStatus,
    error: delivery.error,
    duration_ms: delivery.durationMs,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    created_at: delivery.createdAt.toISOString(),
    finished_at: delivery.finishedAt?.toISOString() ?? null,
  }
}

/** Only what is named. */
export function toChanges({ url, description, events, active }: ChangeBody) {
  return {
    ...(url !== undefined && { url }),
    ...(description !== undefined && { description }),
    ...(events !== undefined && { events }),
    ...(active !== undefined && { active }),
  }
}
