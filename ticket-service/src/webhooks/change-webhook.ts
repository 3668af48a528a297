import type { PoolConnection } from '@werk/shared/database/pool'
import type { Deed } from '../audit/audit.repository.ts'
import type { Actor } from '../tickets/ticket-event.ts'
import type { Webhook } from './webhook.ts'
import type { WebhookTenants } from './webhook-tenants.ts'
import { faultOfUrl, type WebhookPolicy } from './webhook-url.ts'
import { webhookNotFound, webhookUrlInvalid } from './webhooks.errors.ts'
import type { WebhookChanges, WebhooksRepository } from './webhooks.repository.ts'

/** Which webhook, and on whose behalf. */
export type WebhookOperation = { tenantId: number; id: string; actor: Actor }

/** Changes webhooks, with one entry of the audit each, both or neither. */
export type AuditedChange = <T>(
  deed: Omit<Deed, 'at' | 'subject'> & { id: string },
  work: (tx: PoolConnection, at: Date) => Promise<T>,
) => Promise<T>

type AuditNeeds = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
  tenants: Pick<WebhookTenants, 'refresh'>
  clock: { now(): Date }
}

/**
 * Every change of a webhook goes through here. Afterwards this replica looks anew which tenants have one; where that fails, it
 * looks again by itself, and what was done is done.
 */
export function createAuditedChange({ transaction, appendAudit, tenants, clock }: AuditNeeds): AuditedChange {
  return async ({ id, ...deed }, work) => {
    const at = clock.now()
    const result = await transaction(async (tx) => {
      const done = await work(tx, at)
      await appendAudit(tx, { ...deed, at, subject: `webhook:${id}` })
      return done
    })
    await tenants.refresh().catch(() => {})
    return result
  }
}

export type ChangeWebhook = (
  operation: WebhookOperation & { changes: Omit<WebhookChanges, 'disabledReason'> },
) => Promise<Webhook>
export type RemoveWebhook = (operation: WebhookOperation) => Promise<void>
export type DisableWebhook = (webhook: { id: string; tenantId: number }, reason: string) => Promise<void>

type Needs = {
  webhooks: Pick<WebhooksRepository, 'lock' | 'update' | 'remove'>
  audited: AuditedChange
  policy: WebhookPolicy
}

/** @throws AppError webhook.not_found, webhook.invalid */
export function createChangeWebhook({ webhooks, audited, policy }: Needs): ChangeWebhook {
  return ({ tenantId, id, actor, changes }) => {
    const fault = changes.url === undefined ? null : faultOfUrl(changes.url, policy)
    if (fault !== null) throw webhookUrlInvalid(fault)
    const details = detailsOf(changes)
    return audited({ tenantId, id, actor, action: 'webhook.changed', details }, async (tx, at) => {
      const before = await webhooks.lock(tx, tenantId, id)
      if (before === null) throw webhookNotFound()
      const isSwitched = changes.active !== undefined && changes.active !== before.active
      const all = { ...changes, ...(isSwitched && { disabledReason: null }) }
      await webhooks.update(tx, id, all, at)
      return { ...before, ...all, updatedAt: at }
    })
  }
}

/** What is on its way to it is given up when it comes due; the log goes with its purge. @throws AppError webhook.not_found */
export function createRemoveWebhook({ webhooks, audited }: Omit<Needs, 'policy'>): RemoveWebhook {
  return ({ tenantId, id, actor }) =>
    audited({ tenantId, id, actor, action: 'webhook.removed', details: {} }, async (tx) => {
      if ((await webhooks.lock(tx, tenantId, id)) === null) throw webhookNotFound()
      await webhooks.remove(tx, id)
    })
}

const service: Actor = {
  kind: 'service',
  id: null,
  key: null,
  name: 'the service',
  address: null,
  requestId: null,
}

/** The service switches it off by itself. */
export function createDisableWebhook({ webhooks, audited }: Omit<Needs, 'policy'>): DisableWebhook {
  return ({ tenantId, id }, reason) =>
    audited(
      { tenantId, id, actor: service, action: 'webhook.disabled', details: { reason } },
      async (tx, at) => webhooks.update(tx, id, { active: false, disabledReason: reason }, at),
    )
}

/** For the audit. Of an address only where it leads: many hold a secret. */
export function detailsOf({ url, ...rest }: Omit<WebhookChanges, 'disabledReason'>): Record<string, unknown> {
  return { ...rest, ...(url !== undefined && { url: new URL(url).origin }) }
}
