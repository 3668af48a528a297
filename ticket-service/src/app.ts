import multipart from '@fastify/multipart'
import { type App, createApp } from '@werk/shared/app/create-app'
import { registerHealth } from '@werk/shared/app/health'
import type { LogStream } from '@werk/shared/app/logging'
import { createAuthenticate } from '@werk/shared/auth/authenticate'
import { registerTokens } from '@werk/shared/auth/tokens'
import { createPool, inTransaction, type PoolConnection } from '@werk/shared/database/pool'
import { retryDeadlocks } from '@werk/shared/database/retry-deadlocks'
import { createInvGateClient } from '@werk/shared/invgate/client'
import { invgateOptions } from '@werk/shared/invgate/options'
import { multipartLimits } from './attachments/read-multipart.ts'
import { composeAttachmentStore, composeAttachments } from './composition/attachments.ts'
import { composeChat } from './composition/chat.ts'
import { composeCheckins } from './composition/checkins.ts'
import { composeCustomFields } from './composition/custom-fields.ts'
import { composeDeskExtras, withConsequences } from './composition/desk-extras.ts'
import { composeDeskParts } from './composition/desk-parts.ts'
import { composeDirectory } from './composition/directory.ts'
import { composeHelpDesk } from './composition/help-desk.ts'
import { composeImports } from './composition/imports.ts'
import { composeIntents } from './composition/intents.ts'
import { composeMirrorAdmin } from './composition/mirror-admin.ts'
import { composeNotifications } from './composition/notifications.ts'
import { composeOperations } from './composition/operations.ts'
import { composeSla } from './composition/sla.ts'
import { composeSync } from './composition/sync.ts'
import { composeWerkTickets } from './composition/werk-tickets.ts'
import type { Config } from './config.ts'
import { createIntentsRepository } from './intents/intents.repository.ts'
import { createStatusMap } from './tickets/ticket-status.ts'
import { createTicketsRepository } from './tickets/tickets.repository.ts'

/** `clock`: for tests, which cannot wait for an SLA. */
type Options = { logStream?: LogStream; clock?: { now(): Date } }

/** The composition root: makes the parts and registers the routes. Listening is `main.ts`'s. */
export async function buildApp(
  config: Config,
  { clock = { now: () => new Date() }, ...options }: Options = {},
): Promise<App> {
  const platform = { service: 'ticket-service', title: 'Werk tickets', version: '1.0.0', config, ...options }
  const { app, metrics, checks, limitAccount } = await createApp(platform)
  const tokens = await registerTokens(app, config, metrics)
  const limits = uploadLimits(config)
  await app.register(multipart, multipartLimits(limits))

  const pool = createPool(config)
  const invgate = createInvGateClient({ ...invgateOptions(config), logger: app.log, metrics })
  const { attachmentStore, ...ofStore } = await composeAttachmentStore({ app, config })
  const tickets = createTicketsRepository(pool)
  const intents = createIntentsRepository(pool)
  const { directory, ...following } = await composeDirectory({ app, config, pool, metrics, clock })
  const authenticate = createAuthenticate({ tokens, directory, limitAccount })

  const statusOf = createStatusMap(config.INVGATE_STATUS_MAP)

  const transaction = <T>(work: (tx: PoolConnection) => Promise<T>) =>
    retryDeadlocks(() => inTransaction(pool, work))
  const sla = composeSla({ app, config, pool, transaction, clock })
  const { findSlaTerms } = sla
  const notifications = composeNotifications({ app, config, pool, metrics, clock })
  const tellOthers = withConsequences(pool, notifications.tellOthers)
  const desk = composeDeskParts({
    ...{ config, pool, invgate, statusOf, transaction, findSlaTerms, tellOthers, clock },
  })
  const parts = { app, config, pool, invgate, attachmentStore, tickets, intents, statusOf, desk, clock }
  const toInvGate = composeIntents(parts)
  const { store } = toInvGate
  const attachments = composeAttachments({ app, config, pool, tickets, attachmentStore, limits, clock })
  const { claimUpload } = attachments
  const { fields, ...customFields } = composeCustomFields(parts)
  const helpDesk = composeHelpDesk({ ...parts, store, claimUpload, fields })
  const chat = composeChat({ ...parts, ...helpDesk, metrics, directory })

  registerHealth(app, app.service, {
    required: { database: () => pool.query('SELECT 1') },
    optional: {
      invgate: () => invgate.ping(1500),
      ...following.checks,
      ...ofStore.checks,
      ...notifications.checks,
      ...checks,
    },
  })
  const features = [
    composeWerkTickets({ ...parts, ...toInvGate, limits }),
    helpDesk,
    customFields,
    composeImports({ ...parts, fields, limits }),
    composeDeskExtras({ ...parts, helpDesk }),
    sla,
    notifications,
    attachments,
    composeCheckins({ app, pool, transaction, clock }),
    chat,
    composeOperations({ ...parts, ...toInvGate, metrics }),
    composeMirrorAdmin({ ...parts, metrics }),
  ]
  for (const feature of features) await feature.register(authenticate)

  const tasks = [
    ...toInvGate.tasks,
    ...helpDesk.tasks,
    ...sla.escalation(desk.recordChange),
    ...notifications.tasks,
    ...ofStore.tasks,
    ...attachments.tasks,
    ...chat.tasks,
    ...following.tasks,
    ...composeSync({ ...parts, ...toInvGate }, metrics),
  ]
  app.addHook('onReady', async () => {
    for (const task of tasks) task.start()
  })
  app.addHook('onClose', async () => {
    await Promise.all(tasks.map((task) => task.stop()))
    await ofStore.close()
    invgate.close()
    await pool.end()
  })
  return app
}

function uploadLimits(config: Config) {
  return {
    maxFileBytes: config.UPLOAD_MAX_FILE_BYTES,
    maxRequestBytes: config.UPLOAD_MAX_REQUEST_BYTES,
    maxFiles: config.UPLOAD_MAX_FILES,
    maxFields: 20,
    maxFieldBytes: config.BODY_LIMIT_BYTES,
  }
}
