import type { TicketScope } from '../tickets/ticket-policy.ts'
import { chatNotFound } from './chat.errors.ts'
import { partyOf } from './chat-policy.ts'
import type { ChatSession } from './chat-session.ts'
import type { ChatSessionsRepository } from './sessions.repository.ts'

/** @throws AppError chat.not_found, for what the policy does not show as for what there is not */
export type GetSession = (scope: TicketScope, id: string) => Promise<ChatSession>

type Needs = { sessions: Pick<ChatSessionsRepository, 'find'> }

export function createGetSession({ sessions }: Needs): GetSession {
  return async (scope, id) => {
    const session = await sessions.find(scope.tenantId, id)
    if (session === null || partyOf(scope, session) === null) throw chatNotFound()
    return session
  }
}
