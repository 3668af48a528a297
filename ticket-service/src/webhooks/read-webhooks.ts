import type { Webhook } from './webhook.ts'
import type { WebhookDeliveries } from './webhook-deliveries.repository.ts'
import type { LoggedDelivery } from './webhook-delivery.ts'
import { webhookNotFound } from './webhooks.errors.ts'
import type { WebhooksRepository } from './webhooks.repository.ts'

type Asked = { cursor: string | null; limit: number }
type Page<T> = { items: T[]; nextCursor: string | null }

export type ListWebhooks = (tenantId: number, asked: Asked) => Promise<Page<Webhook>>
export type GetWebhook = (tenantId: number, id: string) => Promise<Webhook>
export type ListDeliveries = (tenantId: number, id: string, asked: Asked) => Promise<Page<LoggedDelivery>>

type Needs = { webhooks: Pick<WebhooksRepository, 'list' | 'find'> }

/** A tenant's webhooks, oldest first. */
export function createListWebhooks({ webhooks }: Needs): ListWebhooks {
  return async (tenantId, { cursor, limit }) =>
    toPage(await webhooks.list(tenantId, cursor, limit + 1), limit)
}

/** @throws AppError webhook.not_found */
export function createGetWebhook({ webhooks }: Needs): GetWebhook {
  return async (tenantId, id) => {
    const webhook = await webhooks.find(tenantId, id)
    if (webhook === null) throw webhookNotFound()
    return webhook
  }
}

/** How its messages fared, newest first. @throws AppError webhook.not_found */
export function createListDeliveries({
  webhooks,
  deliveries,
}: Needs & { deliveries: Pick<WebhookDeliveries, 'list'> }): ListDeliveries {
  const getWebhook = createGetWebhook({ webhooks })
  return async (tenantId, id, { cursor, limit }) => {
    await getWebhook(tenantId, id)
    return toPage(await deliveries.list(id, cursor, limit + 1), limit)
  }
}

/** @param found one more than asked for, where there is more */
function toPage<T extends { id: string }>(found: T[], limit: number): Page<T> {
  const items = found.slice(0, limit)
  return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null }
}
