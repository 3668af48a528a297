import { v7 as uuidv7 } from 'uuid'
import type { DeliveryWorker } from '../notifications/delivery-worker.ts'
import type { AuditedChange, WebhookOperation } from './change-webhook.ts'
import type { GetWebhook } from './read-webhooks.ts'
import { testEvent } from './webhook.ts'
import type { WebhookDeliveries } from './webhook-deliveries.repository.ts'
import type { LoggedDelivery, WebhookDelivery } from './webhook-delivery.ts'
import { testPayload } from './webhook-payload.ts'
import { deliveryNotFound, deliveryUnderWay, webhookInactive, webhookNotFound } from './webhooks.errors.ts'

export type TestWebhook = (operation: WebhookOperation) => Promise<LoggedDelivery>
/** @param operation whose `id` is the delivery's */
export type Redeliver = (operation: WebhookOperation) => Promise<LoggedDelivery>

type Needs = {
  getWebhook: GetWebhook
  deliveries: Pick<WebhookDeliveries, 'insertClaimed' | 'find' | 'restart'>
  worker: Pick<DeliveryWorker<WebhookDelivery>, 'attempt'>
  audited: AuditedChange
  clock: { now(): Date }
}

/**
 * Sends a message of the type `webhook.test`, once, and waits for how it fares; to one that is switched off as well.
 * @throws AppError webhook.not_found
 */
export function createTestWebhook({ getWebhook, deliveries, worker, audited, clock }: Needs): TestWebhook {
  return async ({ tenantId, id: webhookId, actor }) => {
    const webhook = await getWebhook(tenantId, webhookId)
    const payload = testPayload(webhook, clock.now())
    const delivery = { id: uuidv7(), webhookId, event: testEvent, payload, attempts: 1 }
    const deed = { tenantId, id: webhookId, actor, action: 'webhook.tested', details: {} }
    await audited(deed, (tx) => deliveries.insertClaimed(tx, { ...delivery, tenantId }))
    await worker.attempt(delivery)
    const logged = await deliveries.find(tenantId, delivery.id)
    if (logged === null) throw deliveryNotFound()
    return logged
  }
}

/**
 * Has a message that came through or was given up delivered anew, by the next worker; its id stays the same.
 * @throws AppError webhook_delivery.not_found, webhook_delivery.conflict, webhook.conflict
 */
export function createRedeliver({
  getWebhook,
  deliveries,
  audited,
  clock,
}: Omit<Needs, 'worker'>): Redeliver {
  return async ({ tenantId, id, actor }) => {
    const delivery = await deliveries.find(tenantId, id)
    const webhook = delivery === null ? null : await getWebhook(tenantId, delivery.webhookId).catch(asNull)
    if (delivery === null || webhook === null) throw deliveryNotFound()
    if (!webhook.active) throw webhookInactive()
    const details = { delivery: id }
    const deed = { tenantId, id: webhook.id, actor, action: 'webhook.redelivered', details }
    await audited(deed, async (tx) => {
      if (!(await deliveries.restart(tx, id))) throw deliveryUnderWay()
    })
    return { ...delivery, state: 'pending', attempts: 0, nextAttemptAt: clock.now(), finishedAt: null }
  }
}

/** The log of a webhook that was removed is nobody's. */
function asNull(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === webhookNotFound().code) return null
  throw error
}
