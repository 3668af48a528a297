import type { App } from '@werk/shared/app/create-app'
import type { Pool } from '@werk/shared/database/pool'
import { createAnswerCipher } from '@werk/shared/idempotency/answer-cipher'
import { createIdempotencyStore } from '@werk/shared/idempotency/idempotency-store'
import { createKeyPurge } from '@werk/shared/idempotency/purge-keys'
import type { InvGateClient } from '@werk/shared/invgate/client'
import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { Config } from '../config.ts'
import { createFileIntentSpool } from '../infrastructure/file-intent-spool.ts'
import { createInTurn } from '../infrastructure/in-turn.ts'
import { createIncidentListings } from '../intents/incident-listings.ts'
import { createIntentJournal } from '../intents/intent-journal.ts'
import { createIntentWorker } from '../intents/intent-worker.ts'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import { createKeys } from '../intents/keys.repository.ts'
import { createPrepareDraft } from '../intents/prepare-draft.ts'
import { createResolveDoubt } from '../intents/resolve-doubt.ts'
import type { StatusMap } from '../tickets/ticket-status.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import { renderCreatedTicket } from '../tickets/werk-tickets.wire.ts'

import type { DeskParts } from './desk-parts.ts'
import { ticketDefaults } from './ticket-defaults.ts'

/** Beyond InvGate's time: for the database and the files. */
export const leaseMarginMs = 30_000
const abandonedAfterMs = 24 * 60 * 60 * 1000

export type Parts = {
  app: App
  config: Config
  pool: Pool
  invgate: InvGateClient
  attachmentStore: AttachmentStore
  tickets: TicketsRepository
  intents: IntentsRepository
  statusOf: StatusMap
  desk: DeskParts
  clock: { now(): Date }
}

/** What writes a ticket's way to InvGate down, and the tasks that take up what was left on it. */
export function composeIntents(parts: Parts) {
  const { app, config, pool, invgate, attachmentStore, tickets, intents, statusOf, desk, clock } = parts
  const logger = app.log
  const leaseMs = config.ARMMADA_TIMEOUT_MS + leaseMarginMs
  const store = createIdempotencyStore(createAnswerCipher(config))
  const keys = createKeys({ store, isUnderWay: intents.exists })
  const { SPOOL_DIR: directory, SPOOL_MAX_ENTRIES: maxEntries } = config
  const spool = createFileIntentSpool({ directory, maxEntries, logger })
  const { transaction } = desk
  const exclusively = createInTurn(pool, 'in-doubt')
  const journal = createIntentJournal({
    transaction,
    intents,
    tickets,
    deskTickets: desk.tickets,
    describeTicket: desk.describeTicket,
    tellOfNew: desk.tellOfNew,
    keys,
    spool,
    attachmentStore,
    renderAnswer: renderCreatedTicket,
    statusOf,
    clock,
    leaseMs,
    settleMs: config.IN_DOUBT_SETTLE_MS,
    logger,
  })
  const resolveDoubt = createResolveDoubt({
    intents,
    tickets,
    exclusively,
    settleMs: config.IN_DOUBT_SETTLE_MS,
  })
  const workOff = createIntentWorker({
    intents,
    tickets,
    journal,
    invgate,
    attachmentStore,
    spool,
    prepareDraft: createPrepareDraft({
      ...desk,
      intents,
      defaults: { ...ticketDefaults(config), creatorId: config.ARMMADA_DEFAULT_CREATOR_ID },
    }),
    startListings: createIncidentListings({ invgate, clock }),
    resolveDoubt,
    leaseMs,
    logger,
  })
  const sweep = async () => {
    // The disk first: what moves from there to the database meanwhile is seen in one of the two.
    const onDisk = await spool.listStagedPaths()
    const inUse = new Set([...onDisk, ...(await intents.listStagedPaths())])
    const swept = await attachmentStore.sweep(abandonedAfterMs, inUse)
    if (swept > 0) logger.info({ swept }, 'uploads that a killed process left behind were removed')
  }
  const tasks: PeriodicTask[] = [
    createPeriodicTask({ name: 'intents', everyMs: 1000, run: workOff, logger }),
    createPeriodicTask({ name: 'spool', everyMs: 1000, run: journal.recover, logger }),
    createKeyPurge({ pool, store, logger }),
    createPeriodicTask({ name: 'sweep', everyMs: abandonedAfterMs / 24, run: sweep, logger }),
  ]
  return { journal, tasks, spool, keys, store, transaction, exclusively, leaseMs }
}
