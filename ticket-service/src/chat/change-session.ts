import type { PoolConnection } from '@werk/shared/database/pool'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import { chatNotFound } from './chat.errors.ts'
import type { ChatNotifier } from './chat-notifier.ts'
import type { ChatSession } from './chat-session.ts'
import type { ChatSessionsRepository } from './sessions.repository.ts'

export type SessionTarget = { scope: TicketScope; id: string }

/** Judges a session, and writes what is to change. @returns the session as it is then */
export type DecideSession = (session: ChatSession, tx: PoolConnection) => Promise<ChatSession>

/**
 * Changes a session: it is locked, judged and written in one transaction, so that of two changes the second sees what the
 * first has made. Who waits for it is woken afterwards. Who may change what is for `decide` to judge.
 * @throws AppError chat.not_found for what the tenant has not
 */
export type ChangeSession = (target: SessionTarget, decide: DecideSession) => Promise<ChatSession>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  sessions: Pick<ChatSessionsRepository, 'lock'>
  notifier: Pick<ChatNotifier, 'ring'>
}

export function createChangeSession({ transaction, sessions, notifier }: Needs): ChangeSession {
  return async ({ scope, id }, decide) => {
    const session = await transaction(async (tx) => {
      const before = await sessions.lock(tx, scope.tenantId, id)
      if (before === null) throw chatNotFound()
      return decide(before, tx)
    })
    notifier.ring(session.id, session.lastMessageId)
    return session
  }
}
