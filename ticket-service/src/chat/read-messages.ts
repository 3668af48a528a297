import type { Principal } from '@werk/shared/auth/principal'
import { type Page, type Position, pageOf } from '../paging/position.ts'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import type { ChatMessage } from './chat-message.ts'
import type { ChatNotifier } from './chat-notifier.ts'
import { hasEnded } from './chat-session.ts'
import type { GetSession } from './get-session.ts'
import type { ChatMessagesRepository } from './messages.repository.ts'
import type { PollPlaces } from './poll-places.ts'

type Question = {
  caller: Principal
  scope: TicketScope
  sessionId: string
  position: Position
  limit: number
  /** How long to wait for something where there is nothing yet. */
  waitMs: number
}

/**
 * A page of a session's entries. Where there is none, and the session goes on, it waits for one, until the signal aborts at
 * most. Whoever has waited is judged anew: what was said meanwhile is not for those who have lost the right to it.
 * @throws AppError chat.not_found, chat.unavailable and chat.rate_limited where too many wait, 401 for a session that ended
 */
export type ReadMessages = (question: Question, signal: AbortSignal) => Promise<Page<ChatMessage>>

type Needs = {
  getSession: GetSession
  messages: Pick<ChatMessagesRepository, 'list'>
  notifier: Pick<ChatNotifier, 'wait'>
  places: Pick<PollPlaces, 'take'>
  /** @throws AppError 401 for a caller who has logged out or was thrown out */
  admit: (caller: Principal) => Promise<void>
}

export function createReadMessages({ getSession, messages, notifier, places, admit }: Needs): ReadMessages {
  const readNow = async ({ scope, sessionId, position, limit }: Question) => {
    // The session comes first: what its newest entry is, the list has.
    const session = await getSession(scope, sessionId)
    const found = await messages.list(session.id, { position, limit: limit + 1 })
    return { session, page: pageOf(found, position, limit) }
  }

  return async (question, signal) => {
    const { session, page } = await readNow(question)
    const { position, waitMs, scope, caller } = question
    const isBackwards = position !== null && 'before' in position
    if (page.items.length > 0 || waitMs === 0 || isBackwards || hasEnded(session)) return page
    const leave = places.take(`${scope.tenantId} ${scope.viewer.key}`)
    try {
      await notifier.wait({ sessionId: session.id, seenId: session.lastMessageId }, waitMs, signal)
    } finally {
      leave()
    }
    if (signal.aborted) return page
    await admit(caller)
    return (await readNow(question)).page
  }
}
