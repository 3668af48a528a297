import multipart from '@fastify/multipart'
import { type App, createApp } from '@werk/shared/app/create-app'
import { registerHealth } from '@werk/shared/app/health'
import type { LogStream } from '@werk/shared/app/logging'
import { createAuthenticate } from '@werk/shared/auth/authenticate'
import { registerTokens } from '@werk/shared/auth/tokens'
import { createPool } from '@werk/shared/database/pool'
import { createInvGateClient } from '@werk/shared/invgate/client'
import { invgateOptions } from '@werk/shared/invgate/options'
import { registerAttachmentRoutes } from './attachments/attachments.routes.ts'
import { createGetAttachment } from './attachments/get-attachment.ts'
import { multipartLimits } from './attachments/read-multipart.ts'
import type { Config } from './config.ts'
import { createLocalAttachmentStore } from './infrastructure/local-attachment-store.ts'
import { createTicketSpool } from './infrastructure/ticket-spool.ts'
import { createCreateTicket } from './tickets/create-ticket.ts'
import { createFindCaller } from './tickets/find-caller.ts'
import { createGetTicket } from './tickets/get-ticket.ts'
import { createListTickets } from './tickets/list-tickets.ts'
import { createSpoolRecovery } from './tickets/recover-spooled-tickets.ts'
import { createStoreTicket } from './tickets/store-ticket.ts'
import { createTicketsRepository } from './tickets/tickets.repository.ts'
import { createReadTicketRequest } from './tickets/werk-tickets.request.ts'
import { registerWerkTicketRoutes } from './tickets/werk-tickets.routes.ts'

type Options = { logStream?: LogStream }

const spoolRecoveryMs = 5000
const longestLookUpMs = 3000
const abandonedAfterMs = 24 * 60 * 60 * 1000

/** The composition root: makes the parts and registers the routes. Listening is `main.ts`'s. */
export async function buildApp(config: Config, options: Options = {}): Promise<App> {
  const platform = { service: 'ticket-service', title: 'Werk tickets', version: '1.0.0', config, ...options }
  const { app, checks, limitAccount } = await createApp(platform)
  const tokens = await registerTokens(app, config)
  const authenticate = createAuthenticate(tokens, limitAccount)
  const limits = uploadLimits(config)
  await app.register(multipart, multipartLimits(limits))

  const pool = createPool(config)
  const invgate = createInvGateClient({ ...invgateOptions(config), logger: app.log })
  const attachmentStore = createLocalAttachmentStore({ directory: config.UPLOAD_DIR })
  const spool = createTicketSpool(config.SPOOL_DIR)
  const tickets = createTicketsRepository(pool)
  const clock = { now: () => new Date() }

  const storeTicket = createStoreTicket({ tickets, attachmentStore, spool, logger: app.log })
  const findCaller = createFindCaller({
    invgate,
    defaultUserId: config.ARMMADA_DEFAULT_CREATOR_ID,
    // The create that follows has a time limit of its own.
    timeoutMs: Math.min(longestLookUpMs, config.ARMMADA_TIMEOUT_MS),
  })
  const defaults = ticketDefaults(config)
  const createTicket = createCreateTicket({
    invgate,
    attachments: attachmentStore,
    storeTicket,
    findCaller,
    defaults,
    clock,
  })
  const listTickets = createListTickets({ tickets, defaultPageKey: config.ARMMADA_PAGE_KEY })
  const mirror = { freshMs: config.MIRROR_FRESH_MS, refreshTimeoutMs: config.MIRROR_REFRESH_TIMEOUT_MS }
  const getTicket = createGetTicket({ tickets, invgate, ...mirror, clock, logger: app.log })
  const getAttachment = createGetAttachment({ tickets })
  const readTicketRequest = createReadTicketRequest({ attachmentStore, limits })
  const recovery = createSpoolRecovery({ spool, tickets, logger: app.log, everyMs: spoolRecoveryMs })

  registerHealth(app, app.service, {
    required: { database: () => pool.query('SELECT 1') },
    optional: { invgate: () => invgate.ping(1500), ...checks },
  })
  const bodyLimit = config.TICKET_BODY_LIMIT_BYTES
  registerWerkTicketRoutes(app, {
    authenticate,
    readTicketRequest,
    createTicket,
    listTickets,
    getTicket,
    bodyLimit,
  })
  registerAttachmentRoutes(app, { authenticate, getAttachment, attachmentStore })

  app.addHook('onReady', async () => {
    const swept = await attachmentStore.sweep(abandonedAfterMs)
    if (swept > 0) app.log.info({ swept }, 'uploads that a killed process left behind were removed')
    recovery.start()
  })
  app.addHook('onClose', async () => {
    await recovery.stop()
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

function ticketDefaults(config: Config) {
  return {
    sourceId: config.ARMMADA_DEFAULT_SOURCE_ID,
    categoryId: config.ARMMADA_DEFAULT_CATEGORY_ID,
    typeId: config.ARMMADA_DEFAULT_TYPE_ID,
    priorityId: config.ARMMADA_DEFAULT_PRIORITY_ID,
  }
}
