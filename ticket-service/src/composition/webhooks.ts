import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { inTransaction, type Pool, type PoolConnection } from '@werk/shared/database/pool'
import { retryDeadlocks } from '@werk/shared/database/retry-deadlocks'
import { createPeriodicTask } from '@werk/shared/outbox/periodic-task'
import type { Registry } from 'prom-client'
import { appendAudit } from '../audit/audit.repository.ts'
import type { Config } from '../config.ts'
import type { Settled } from '../notifications/channel.ts'
import { createDeliveryWorker } from '../notifications/delivery-worker.ts'
import { createPurgeTask } from '../notifications/purge-task.ts'
import { createAnnounceEvent } from '../webhooks/announce-event.ts'
import { createAnnouncementsRepository } from '../webhooks/announcements.repository.ts'
import {
  createAuditedChange,
  createChangeWebhook,
  createDisableWebhook,
  createRemoveWebhook,
} from '../webhooks/change-webhook.ts'
import { createCreateWebhook, createRotateSecret } from '../webhooks/create-webhook.ts'
import { createRedeliver, createTestWebhook } from '../webhooks/deliver-again.ts'
import { createPostMessage } from '../webhooks/post-message.ts'
import { createGetWebhook, createListDeliveries, createListWebhooks } from '../webhooks/read-webhooks.ts'
import { createWebhookChannel } from '../webhooks/webhook-channel.ts'
import { createWebhookDeliveries } from '../webhooks/webhook-deliveries.repository.ts'
import { registerWebhookDeliveryRoutes } from '../webhooks/webhook-deliveries.routes.ts'
import { createWebhookSecrets } from '../webhooks/webhook-secrets.ts'
import { createWebhookTenants } from '../webhooks/webhook-tenants.ts'
import { createWebhooksRepository } from '../webhooks/webhooks.repository.ts'
import { registerWebhookRoutes } from '../webhooks/webhooks.routes.ts'

export type NotificationParts = {
  app: App
  config: Config
  pool: Pool
  metrics: Registry
  clock: { now(): Date }
}
export type CountDeliveries = (channel: string, state: Settled['state']) => void

const tenantsEveryMs = 5000
const dayMs = 24 * 60 * 60 * 1000

/** How a tenant's own systems are told. */
export function composeWebhooks(parts: NotificationParts, onSettled: CountDeliveries) {
  const { app, config, pool, clock } = parts
  const logger = app.log
  const policy = {
    allowHttp: config.WEBHOOK_ALLOW_HTTP || config.NODE_ENV !== 'production',
    allowPrivateAddresses: config.WEBHOOK_ALLOW_PRIVATE_ADDRESSES,
  }
  const webhooks = createWebhooksRepository(pool)
  const deliveries = createWebhookDeliveries(pool)
  const tenants = createWebhookTenants({ webhooks })
  const secrets = createWebhookSecrets(config.WEBHOOK_SECRET_KEY)
  const transaction = <T>(work: (tx: PoolConnection) => Promise<T>) =>
    retryDeadlocks(() => inTransaction(pool, work))
  const audited = createAuditedChange({ transaction, appendAudit, tenants, clock })
  const needs = { webhooks, deliveries, secrets, audited, policy, clock }
  const channel = createWebhookChannel({
    ...needs,
    post: createPostMessage(policy),
    disable: createDisableWebhook(needs),
  })
  const worker = createDeliveryWorker({ channel, store: deliveries, slots: 20, batch: 5, onSettled, logger })
  const getWebhook = createGetWebhook(needs)
  const purge = (limit: number) =>
    deliveries.purge(new Date(clock.now().getTime() - config.DELIVERY_LOG_DAYS * dayMs), limit)

  return {
    announce: createAnnounceEvent({ announcements: createAnnouncementsRepository(), tenants }),
    tasks: [
      createPeriodicTask({ name: 'webhook-tenants', everyMs: tenantsEveryMs, run: tenants.refresh, logger }),
      worker,
      createPurgeTask({ name: 'webhook-deliveries.purge', purge, logger }),
    ],
    register(authenticate: Authenticate): void {
      registerWebhookRoutes(app, {
        authenticate,
        getWebhook,
        createWebhook: createCreateWebhook(needs),
        listWebhooks: createListWebhooks(needs),
        changeWebhook: createChangeWebhook(needs),
        removeWebhook: createRemoveWebhook(needs),
        rotateSecret: createRotateSecret(needs),
      })
      registerWebhookDeliveryRoutes(app, {
        authenticate,
        testWebhook: createTestWebhook({ ...needs, getWebhook, worker }),
        listDeliveries: createListDeliveries(needs),
        redeliver: createRedeliver({ ...needs, getWebhook }),
      })
    },
  }
}
