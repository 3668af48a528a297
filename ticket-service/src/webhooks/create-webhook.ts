import { v7 as uuidv7 } from 'uuid'
import type { Actor } from '../tickets/ticket-event.ts'
import { type AuditedChange, detailsOf, type WebhookOperation } from './change-webhook.ts'
import type { Webhook } from './webhook.ts'
import type { WebhookSecrets } from './webhook-secrets.ts'
import { faultOfUrl, type WebhookPolicy } from './webhook-url.ts'
import { tooManyWebhooks, webhookNotFound, webhookUrlInvalid } from './webhooks.errors.ts'
import type { WebhooksRepository } from './webhooks.repository.ts'

/** With the secret, which nobody is shown again. */
export type CreateWebhook = (wanted: {
  tenantId: number
  actor: Actor
  webhook: Pick<Webhook, 'url' | 'description' | 'events' | 'active'>
}) => Promise<{ webhook: Webhook; secret: string }>

export type RotateSecret = (
  operation: WebhookOperation,
) => Promise<{ webhook: Webhook; secret: string; previousUntil: Date }>

type Needs = {
  webhooks: Pick<WebhooksRepository, 'count' | 'insert' | 'lock' | 'replaceSecret'>
  secrets: WebhookSecrets
  audited: AuditedChange
  policy: WebhookPolicy
  clock: { now(): Date }
}

const mostWebhooks = 20
const dayMs = 24 * 60 * 60 * 1000

/** @throws AppError webhook.invalid, webhook.conflict, webhooks.unavailable */
export function createCreateWebhook({ webhooks, secrets, audited, policy, clock }: Needs): CreateWebhook {
  return async ({ tenantId, actor, webhook: wanted }) => {
    const fault = faultOfUrl(wanted.url, policy)
    if (fault !== null) throw webhookUrlInvalid(fault)
    const at = clock.now()
    const id = uuidv7()
    const { secret, sealed } = secrets.make(id)
    const webhook = { ...wanted, id, tenantId, disabledReason: null, createdAt: at, updatedAt: at }
    const details = detailsOf(wanted)
    await audited({ tenantId, id, actor, action: 'webhook.created', details }, async (tx) => {
      if ((await webhooks.count(tx, tenantId)) >= mostWebhooks) throw tooManyWebhooks(mostWebhooks)
      await webhooks.insert(tx, webhook, sealed)
    })
    return { webhook, secret }
  }
}

/**
 * Gives a webhook another secret. For a day the one before signs as well, so that its receiver can change over at leisure.
 * @throws AppError webhook.not_found, webhooks.unavailable
 */
export function createRotateSecret(needs: Omit<Needs, 'policy'>): RotateSecret {
  const { webhooks, secrets, audited, clock } = needs
  return async ({ tenantId, id, actor }) => {
    const { secret, sealed } = secrets.make(id)
    const previousUntil = new Date(clock.now().getTime() + dayMs)
    const deed = { tenantId, id, actor, action: 'webhook.secret_rotated', details: {} }
    const webhook = await audited(deed, async (tx) => {
      const found = await webhooks.lock(tx, tenantId, id)
      if (found === null) throw webhookNotFound()
      await webhooks.replaceSecret(tx, id, sealed, previousUntil)
      return found
    })
    return { webhook, secret, previousUntil }
  }
}
