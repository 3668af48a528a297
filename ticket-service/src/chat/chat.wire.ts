import type { MessageWire, PresenceWire, SessionWire } from './chat.schemas.ts'
import type { ChatMessage } from './chat-message.ts'
import type { ChatSession } from './chat-session.ts'
import type { Presence } from './get-presence.ts'

/** The one place that maps chats to the wire. */

export function toWireSession(session: ChatSession): SessionWire {
  const { agentId, agentName, ticketId, acceptedAt, endedAt } = session
  return {
    id: session.id,
    tenant_id: session.tenantId,
    user_id: session.userId ?? 0,
    name: session.creatorName,
    title: session.title,
    category: session.category,
    status: session.status,
    ...(agentId !== null && { agent_id: agentId }),
    ...(agentName !== null && { agent_name: agentName }),
    ...(ticketId !== null && { ticket_id: ticketId }),
    last_message_id: session.lastMessageId,
    created_at: session.createdAt.toISOString(),
    ...(acceptedAt !== null && { accepted_at: acceptedAt.toISOString() }),
    ...(endedAt !== null && { ended_at: endedAt.toISOString() }),
  }
}

export function toWireMessage(entry: ChatMessage): MessageWire {
  return {
    id: entry.id,
    session_id: entry.sessionId,
    kind: entry.kind,
    from: entry.author,
    user_id: entry.userId ?? 0,
    author: entry.authorName,
    message: entry.message,
    created_at: entry.createdAt.toISOString(),
  }
}

export function toWirePresence({ isAnyOnline, agents }: Presence): PresenceWire {
  const listed = agents?.map(({ userId, name, status }) => ({ user_id: userId, name, status }))
  return { agents_online: isAnyOnline, ...(listed !== undefined && { agents: listed }) }
}
