import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool } from '@werk/shared/database/pool'
import { createAnswerOnce } from '@werk/shared/idempotency/answer-once'
import { createKeyScope } from '@werk/shared/idempotency/idempotency-key'
import type { IdempotencyStore } from '@werk/shared/idempotency/idempotency-store'
import type { InvGateClient } from '@werk/shared/invgate/client'
import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'
import { registerActivityRoutes } from '../activities/activities.routes.ts'
import { createListActivities } from '../activities/list-activities.ts'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import type { ClaimUpload } from '../attachments/claim-upload.ts'
import { createUploadsRepository } from '../attachments/uploads.repository.ts'
import type { Config } from '../config.ts'
import { createRaiseWithFields } from '../custom-fields/raise-with-fields.ts'
import { createUpdateWithFields } from '../custom-fields/update-with-fields.ts'
import type { IntentsRepository } from '../intents/intents.repository.ts'
import { createFindReplyFiles } from '../mirror/find-reply-files.ts'
import { createMirrorReply } from '../mirror/mirror-reply.ts'
import { createMirrorState } from '../mirror/mirror-state.ts'
import { createMirrorWorker } from '../mirror/mirror-worker.ts'
import { createAddReply } from '../replies/add-reply.ts'
import { createGetReply } from '../replies/get-reply.ts'
import { createListReplies } from '../replies/list-replies.ts'
import { findMentionable } from '../replies/mentionable.repository.ts'
import { registerReplyRoutes } from '../replies/replies.routes.ts'
import { createGetDeskTicket } from '../tickets/get-desk-ticket.ts'
import { createListDeskTickets } from '../tickets/list-desk-tickets.ts'
import { nameKeyResource } from '../tickets/name-key-resource.repository.ts'
import { createRaiseTicket, createWriteTicket } from '../tickets/raise-ticket.ts'
import { createSearchPlaces } from '../tickets/search-places.ts'
import { createTicketListRepository } from '../tickets/ticket-list.repository.ts'
import { registerTicketRoutes } from '../tickets/tickets.routes.ts'
import { createUpdateTicket } from '../tickets/update-ticket.ts'
import type { FieldParts } from './custom-fields.ts'
import type { DeskParts } from './desk-parts.ts'
import { leaseMarginMs } from './intents.ts'

type Parts = {
  app: App
  config: Config
  pool: Pool
  invgate: InvGateClient
  desk: DeskParts
  intents: IntentsRepository
  store: IdempotencyStore
  attachmentStore: AttachmentStore
  claimUpload: ClaimUpload
  fields: FieldParts
  clock: { now(): Date }
}

/** Contract 7: tickets, replies and what happened to them, and the way of both to InvGate. */
export function composeHelpDesk(parts: Parts) {
  const { config, pool, invgate, desk, intents, store, claimUpload, clock, attachmentStore } = parts
  const { fields } = parts
  const logger = parts.app.log
  const answerOnce = createAnswerOnce({ pool, store, keys: createKeyScope(config) })
  const getTicket = createGetDeskTicket(desk)
  // A quarter of the connections.
  const inSearchPlace = createSearchPlaces(Math.max(1, Math.floor(config.DATABASE_POOL_SIZE / 4)))
  const writeTicket = createWriteTicket({ ...desk, intents, claimUpload })
  const useCases = {
    getTicket,
    raiseTicket: createRaiseTicket({ ...desk, writeTicket }),
    listTickets: createListDeskTickets({ ...createTicketListRepository(pool), inSearchPlace }),
    updateTicket: createUpdateTicket(desk),
    addReply: createAddReply({ ...desk, claimUpload, findMentionable }),
    getReply: createGetReply(desk),
    listReplies: createListReplies({ ...desk, getTicket }),
    listActivities: createListActivities({ ...desk, getTicket }),
  }

  const tellInvGate = createMirrorWorker({
    ...desk,
    jobs: desk.mirrorJobs,
    findTicket: desk.tickets.findAny,
    mirrorReply: createMirrorReply({
      ...{ invgate, jobs: desk.mirrorJobs, clock },
      findFiles: createFindReplyFiles({
        uploads: createUploadsRepository(pool),
        attachmentStore,
        publicUrl: config.TICKET_PUBLIC_URL,
      }),
      settleMs: config.IN_DOUBT_SETTLE_MS,
    }),
    mirrorState: createMirrorState({ invgate }),
    saveSeen: desk.mirror.saveSeen,
    defaultUserId: config.ARMMADA_DEFAULT_CREATOR_ID,
    leaseMs: config.ARMMADA_TIMEOUT_MS * mostCalls + leaseMarginMs,
    clock,
    logger,
  })
  const tasks: PeriodicTask[] = [
    createPeriodicTask({ name: 'mirror', everyMs: 1000, run: tellInvGate, logger }),
  ]

  const register = (authenticate: Authenticate) => {
    const { app } = parts
    const common = { authenticate, answerOnce, nameKeyResource, clock, ...useCases }
    registerTicketRoutes(app, {
      ...common,
      raiseTicket: createRaiseWithFields({ ...common, ...fields }),
      updateTicket: createUpdateWithFields({ ...common, ...fields }),
      getTicketFields: fields.getTicketFields,
    })
    registerReplyRoutes(app, common)
    registerActivityRoutes(app, common)
  }
  return { register, tasks, answerOnce, writeTicket, ...useCases }
}

/** To InvGate, of one job. */
const mostCalls = 4
