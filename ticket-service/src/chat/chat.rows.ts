import { hash } from 'node:crypto'
import { toCategory } from '../tickets/ticket-kinds.ts'
import { type ChatMessage, chatAuthors, chatEntryKinds } from './chat-message.ts'
import { type ChatSession, chatStatuses } from './chat-session.ts'

/** The one place that maps chats to the database's columns and back. */

export const sessionColumns = `s.id, s.tenant_id, s.user_id, s.creator_login, s.creator_key, s.creator_name,
  s.creator_invgate_id, s.title, s.category, s.status, s.agent_id, s.agent_name, s.ticket_id, s.last_message_id,
  s.message_count, s.created_at, s.accepted_at, s.ended_at`

export type SessionRow = {
  id: string
  tenant_id: number
  user_id: number | null
  creator_login: string
  creator_key: string
  creator_name: string
  creator_invgate_id: number | null
  title: string
  category: string
  status: string
  agent_id: number | null
  agent_name: string | null
  ticket_id: string | null
  last_message_id: string
  message_count: number
  created_at: Date
  accepted_at: Date | null
  ended_at: Date | null
}

export function toSession(row: SessionRow): ChatSession {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    userId: row.user_id,
    creatorLogin: row.creator_login,
    creatorKey: row.creator_key,
    creatorName: row.creator_name,
    creatorInvgateId: row.creator_invgate_id,
    title: row.title,
    category: toCategory(row.category),
    status: oneOf(chatStatuses, row.status),
    agentId: row.agent_id,
    agentName: row.agent_name,
    ticketId: row.ticket_id,
    lastMessageId: row.last_message_id,
    messageCount: row.message_count,
    createdAt: row.created_at,
    acceptedAt: row.accepted_at,
    endedAt: row.ended_at,
  }
}

export const messageColumns = 'id, session_id, kind, author, user_id, author_name, message, created_at'

export type MessageRow = {
  id: string
  session_id: string
  kind: string
  author: string
  user_id: number | null
  author_name: string
  message: string
  created_at: Date
}

export function toMessage(row: MessageRow): ChatMessage {
  return {
    id: row.id,
    sessionId: row.session_id,
    kind: oneOf(chatEntryKinds, row.kind),
    author: oneOf(chatAuthors, row.author),
    userId: row.user_id,
    authorName: row.author_name,
    message: row.message,
    createdAt: row.created_at,
  }
}

/** What a client calls a message by, so that it can send it again. One person's in one session. */
export type Nonce = { sessionId: string; authorKey: string; nonce: string }

/** Of one length whatever the client made. */
export function nonceKeyOf({ sessionId, authorKey, nonce }: Nonce): Buffer {
  return hash('sha256', JSON.stringify([sessionId, authorKey, nonce]), 'buffer')
}

function oneOf<T extends string>(known: readonly T[], text: string): T {
  const found = known.find((one) => one === text)
  if (found === undefined) throw new Error(`a chat has a ${text}, which is none of ${known.join(', ')}`)
  return found
}
