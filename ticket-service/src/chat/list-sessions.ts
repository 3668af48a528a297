import { type Page, type Position, pageOf } from '../paging/position.ts'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import type { ChatSession } from './chat-session.ts'
import type { ChatSessionsRepository } from './sessions.repository.ts'

/** A page of staff's queue and the chats that they have accepted; of all others' own ones. In the order of time. */
export type ListSessions = (
  scope: TicketScope,
  page: { position: Position; limit: number },
) => Promise<Page<ChatSession>>

type Needs = { sessions: Pick<ChatSessionsRepository, 'list'> }

export function createListSessions({ sessions }: Needs): ListSessions {
  return async (scope, { position, limit }) =>
    pageOf(await sessions.list(scope, { position, limit: limit + 1 }), position, limit)
}
