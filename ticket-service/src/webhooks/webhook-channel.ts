import { type Channel, cameThrough, didNot, type Outcome } from '../notifications/channel.ts'
import { AddressRefused } from './guarded-lookup.ts'
import type { Answer, PostMessage } from './post-message.ts'
import { signMessage } from './sign-message.ts'
import { testEvent } from './webhook.ts'
import type { WebhookDelivery } from './webhook-delivery.ts'
import type { WebhookSecrets } from './webhook-secrets.ts'
import { faultOfUrl, type WebhookPolicy } from './webhook-url.ts'
import type { SealedSecrets, WebhooksRepository } from './webhooks.repository.ts'

type Needs = {
  webhooks: Pick<WebhooksRepository, 'findToCall'>
  secrets: Pick<WebhookSecrets, 'open'>
  post: PostMessage
  policy: WebhookPolicy
  /** Switches a webhook off whose receiver wants no more. */
  disable(webhook: { id: string; tenantId: number }, reason: string): Promise<void>
  clock: { now(): Date }
}

/** Tells a tenant's systems by webhooks, as the Standard Webhooks specification has it. */
export function createWebhookChannel(needs: Needs): Channel<WebhookDelivery> {
  const { webhooks, secrets, post, policy, disable, clock } = needs

  function secretsOf(webhookId: string, { current, previous }: SealedSecrets): string[] {
    const secret = secrets.open(webhookId, current)
    if (previous === null) return [secret]
    try {
      return [secret, secrets.open(webhookId, previous)]
    } catch {
      // Whoever replaced the key that seals has given the webhook another secret for this very reason.
      return [secret]
    }
  }

  async function deliver({ id, webhookId, event, payload }: WebhookDelivery): Promise<Outcome> {
    const webhook = await webhooks.findToCall(webhookId)
    if (webhook === null) return didNot('the webhook was removed', { final: true })
    if (!webhook.active && event !== testEvent) return didNot('the webhook is switched off', { final: true })
    const fault = faultOfUrl(webhook.url, policy)
    if (fault !== null) return didNot(`the address ${fault}`)
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(payload)),
      'user-agent': 'werk-ticketing',
      ...signMessage(id, payload, secretsOf(webhookId, webhook.sealed), clock.now()),
    }
    const answer = await post(webhook.url, { headers, body: payload })
    if (answer.status === 410) await disable(webhook, 'its receiver answered 410')
    return outcomeOf(answer, clock.now())
  }

  return {
    name: 'webhook',
    async deliver(delivery) {
      const outcome = await deliver(delivery).catch((error: unknown) => didNot(reasonOf(error)))
      // Who tests sees at once how it went.
      return delivery.event === testEvent ? { ...outcome, final: true } : outcome
    },
  }
}

function outcomeOf({ status, retryAfter }: Answer, now: Date): Outcome {
  if (status >= 200 && status < 300) return cameThrough(status)
  const redirect = status >= 300 && status < 400 ? ', and redirects are not followed' : ''
  return didNot(`the receiver answered ${status}${redirect}`, {
    status,
    final: status === 410,
    retryAfterMs: retryAfterMs(retryAfter, now),
  })
}

/** RFC 9110, 10.2.3: seconds or a date. */
function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return Number.isFinite(ms) && ms > 0 ? ms : null
}

/** For the tenant's admin: by the name of the failure alone, so that it tells nothing of the inside. */
function reasonOf(error: unknown): string {
  if (error instanceof AddressRefused) return error.message
  if (!(error instanceof Error)) return 'it could not be sent'
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no answer in time'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return code === 'webhooks.unavailable' ? 'its secret cannot be opened' : `it could not be sent: ${code}`
}
