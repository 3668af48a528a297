import type { PoolConnection } from '@werk/shared/database/pool'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import type { By } from '../tickets/record-change.ts'
import type { Actor } from '../tickets/ticket-event.ts'
import { nextEntry } from './chat-message.ts'
import type { ChatNotifier } from './chat-notifier.ts'
import type { ChatSession } from './chat-session.ts'
import type { ConvertSession } from './convert-session.ts'
import type { DueSession, DueSessionsRepository } from './due-sessions.repository.ts'
import type { RecordSession } from './record-session.ts'

export type TendSessions = {
  /** Takes up all that cannot stay as it is by now. */
  run(): Promise<void>
  /** Lets a run that is under way end with the session that it is at. */
  end(): void
}

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  due: DueSessionsRepository
  findSlaTerms: FindSlaTerms
  convertSession: ConvertSession
  recordSession: RecordSession
  notifier: Pick<ChatNotifier, 'ring'>
  clock: { now(): Date }
  logger: Record<'info' | 'warn', (fields: object, message: string) => void>
}

const batch = 20
const theService: Actor = {
  kind: 'service',
  id: null,
  key: null,
  name: 'Live chat',
  address: null,
  requestId: null,
}

/**
 * A session that waits for too long, or while nobody takes chats any more, becomes a ticket. One whose agent has gone waits
 * again, and so becomes a ticket where nobody else is there. Each is one transaction, made only if the session, once
 * locked, still has the reason for it: so it happens once, however many replicas work and wherever one dies. One that
 * somebody is changing is left to the next run.
 */
export function createTendSessions(needs: Needs): TendSessions {
  const { transaction, due, findSlaTerms, convertSession, recordSession, notifier, clock, logger } = needs
  let isEnding = false

  const requeue = (tx: PoolConnection, session: ChatSession, by: By) => {
    const fields = { status: 'waiting', agentId: null, agentName: null } as const
    const entry = nextEntry(session, { kind: 'requeued', author: 'service' }, by)
    const details = { agent_id: session.agentId }
    return recordSession(tx, session, { fields, entry, nonce: null, details }, by)
  }

  const tend = async ({ id, tenantId, category }: DueSession): Promise<void> => {
    const by = { actor: theService, at: clock.now() }
    // Before the transaction, which holds a connection already.
    const terms = await findSlaTerms(tenantId, category)
    const changed = await transaction(async (tx) => {
      const session = await due.lock(tx, id)
      const reason = session === null ? null : await due.reasonOf(tx, id)
      if (session === null || reason === null) return null
      if (reason === 'agent_gone') return { reason, session: await requeue(tx, session, by) }
      return { reason, session: await convertSession(tx, session, { terms, reason, by }) }
    })
    if (changed === null) return
    const { reason, session } = changed
    notifier.ring(session.id, session.lastMessageId)
    const fields = { chat_id: id, status: session.status, ticket_id: session.ticketId, reason }
    logger.info(fields, 'a chat could not stay as it was')
  }

  return {
    async run() {
      let after = ''
      while (!isEnding) {
        const sessions = await due.list(after, batch)
        for (const one of sessions) {
          if (isEnding) return
          // One that fails must not keep the others from it.
          await tend(one).catch((err: unknown) =>
            logger.warn({ err, chat_id: one.id }, 'a chat could not be taken up, it will be tried again'),
          )
        }
        const last = sessions.at(-1)
        if (last === undefined || sessions.length < batch) return
        after = last.id
      }
    },
    end() {
      isEnding = true
    },
  }
}
