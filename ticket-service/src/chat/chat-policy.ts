import { isOwner, type TicketScope } from '../tickets/ticket-policy.ts'
import type { ChatSession } from './chat-session.ts'

/**
 * What a viewer is to a session: who opened it, the agent who accepted it, an admin or vendor of the tenant, or an agent
 * who sees it in the queue.
 */
export type ChatParty = 'requester' | 'agent' | 'supervisor' | 'queue'

export type SeenSession = Pick<ChatSession, 'tenantId' | 'creatorKey' | 'userId' | 'agentId' | 'status'>

/** The one policy of live chats; null for whoever may not know of the session. */
export function partyOf({ tenantId, viewer }: TicketScope, session: SeenSession): ChatParty | null {
  if (session.tenantId !== tenantId) return null
  if (isOwner(viewer, session)) return 'requester'
  if (viewer.sees === 'own') return null
  if (session.agentId !== null && session.agentId === viewer.uid) return 'agent'
  if (viewer.sees === 'tenant') return 'supervisor'
  return session.status === 'waiting' ? 'queue' : null
}

/** Whether the party is one of the two who talk. */
export function speaks(party: ChatParty): party is 'requester' | 'agent' {
  return party === 'requester' || party === 'agent'
}
