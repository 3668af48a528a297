import type { App } from '@werk/shared/app/create-app'
import { invalidToken } from '@werk/shared/auth/auth.errors'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Directory } from '@werk/shared/auth/directory'
import type { Principal } from '@werk/shared/auth/principal'
import type { Pool } from '@werk/shared/database/pool'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'
import { Gauge, type Registry } from 'prom-client'
import { appendAudit } from '../audit/audit.repository.ts'
import { createAcceptSession } from '../chat/accept-session.ts'
import { createChangeSession } from '../chat/change-session.ts'
import { createChatNotifier } from '../chat/chat-notifier.ts'
import { createCloseSession } from '../chat/close-session.ts'
import { createConvertSession } from '../chat/convert-session.ts'
import { createDueSessionsRepository } from '../chat/due-sessions.repository.ts'
import { createGetPresence } from '../chat/get-presence.ts'
import { createGetSession } from '../chat/get-session.ts'
import { createListSessions } from '../chat/list-sessions.ts'
import { createChatMessagesRepository } from '../chat/messages.repository.ts'
import { registerMessageRoutes } from '../chat/messages.routes.ts'
import { createOpenSession } from '../chat/open-session.ts'
import { createPollPlaces } from '../chat/poll-places.ts'
import { createPresenceRepository } from '../chat/presence.repository.ts'
import { registerPresenceRoutes } from '../chat/presence.routes.ts'
import { createReadMessages } from '../chat/read-messages.ts'
import { createRecordSession } from '../chat/record-session.ts'
import { createChatSessionsRepository } from '../chat/sessions.repository.ts'
import { registerSessionRoutes } from '../chat/sessions.routes.ts'
import { createEndPresence, createSetPresence } from '../chat/set-presence.ts'
import { createTendSessions } from '../chat/tend-sessions.ts'
import { createWriteMessage } from '../chat/write-message.ts'
import type { Config } from '../config.ts'
import { createPurgeTask } from '../notifications/purge-task.ts'
import { nameKeyResource } from '../tickets/name-key-resource.repository.ts'
import type { WriteTicket } from '../tickets/raise-ticket.ts'
import type { DeskParts } from './desk-parts.ts'

type Parts = {
  app: App
  config: Config
  pool: Pool
  metrics: Registry
  desk: DeskParts
  directory: Pick<Directory, 'admits'>
  answerOnce: AnswerOnce
  writeTicket: WriteTicket
  clock: { now(): Date }
}

const tendEveryMs = 1000
const dayMs = 24 * 60 * 60 * 1000

/** Live chat: who is there, what is said, and the ticket that it becomes. */
export function composeChat(parts: Parts) {
  const { app, config, pool, metrics, desk, directory, clock } = parts
  const { transaction, findSlaTerms } = desk
  const logger = app.log
  const presenceSeconds = config.CHAT_PRESENCE_SECONDS
  const sessions = createChatSessionsRepository(pool, { waitSeconds: config.CHAT_WAIT_SECONDS })
  const messages = createChatMessagesRepository(pool)
  const presence = createPresenceRepository(pool, { presenceSeconds })
  const due = createDueSessionsRepository(pool, { graceSeconds: config.CHAT_GRACE_SECONDS })

  const notifier = createChatNotifier({ readHeads: sessions.listHeads, logger })
  app.addHook('preClose', async () => notifier.close())
  const places = createPollPlaces(config.CHAT_MAX_POLLS)
  countPolls(metrics, places.taken)

  const recordSession = createRecordSession({ sessions, messages, appendAudit })
  const convertSession = createConvertSession({ ...parts, ...desk, messages, recordSession })
  const changing = { changeSession: createChangeSession({ transaction, sessions, notifier }), recordSession }
  const getSession = createGetSession({ sessions })
  const admit = async (caller: Principal) => {
    if (!(await directory.admits(caller))) throw invalidToken('its session ended while it waited')
  }

  const { run, end } = createTendSessions({
    ...{ transaction, due, findSlaTerms, convertSession, recordSession, notifier, clock, logger },
  })
  const tending = createPeriodicTask({ name: 'chat', everyMs: tendEveryMs, run, logger })
  const stopTending = () => {
    end()
    return tending.stop()
  }
  const keepMs = config.CHAT_KEEP_DAYS * dayMs
  const purge = (limit: number) => sessions.purge(new Date(clock.now().getTime() - keepMs), limit)
  const tasks: PeriodicTask[] = [
    { start: tending.start, stop: stopTending },
    createPurgeTask({ name: 'chat.purge', purge, logger }),
  ]

  return {
    tasks,
    register(authenticate: Authenticate): void {
      registerPresenceRoutes(app, {
        ...{ authenticate, presenceSeconds },
        setPresence: createSetPresence({ transaction, presence }),
        endPresence: createEndPresence({ presence }),
        getPresence: createGetPresence({ presence }),
      })
      registerSessionRoutes(app, {
        ...{ authenticate, answerOnce: parts.answerOnce, nameKeyResource, getSession, clock },
        openSession: createOpenSession({
          ...{ transaction, sessions, messages, presence, findSlaTerms, convertSession },
        }),
        listSessions: createListSessions({ sessions }),
        acceptSession: createAcceptSession({ ...changing, presence }),
        closeSession: createCloseSession({ ...changing, getSession, convertSession, findSlaTerms }),
      })
      registerMessageRoutes(app, {
        ...{ authenticate, clock },
        writeMessage: createWriteMessage({ ...changing, messages }),
        readMessages: createReadMessages({ getSession, messages, notifier, places, admit }),
      })
    },
  }
}

function countPolls(metrics: Registry, taken: () => number): void {
  new Gauge({
    name: 'chat_waiting_polls',
    help: 'requests that wait for messages of live chats in this process',
    registers: [metrics],
    collect() {
      this.set(taken())
    },
  })
}
