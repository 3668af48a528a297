import { v7 as uuidv7 } from 'uuid'
import type { By } from '../tickets/record-change.ts'
import type { ChatSession } from './chat-session.ts'

/** `message`: somebody said something. All others: what became of the session. */
export const chatEntryKinds = ['message', 'accepted', 'requeued', 'closed', 'ticket'] as const
export type ChatEntryKind = (typeof chatEntryKinds)[number]

export const chatAuthors = ['requester', 'agent', 'service'] as const
export type ChatAuthor = (typeof chatAuthors)[number]

/** One entry of a session. Their order is that of the ids. */
export type ChatMessage = {
  /** UUIDv7. */
  id: string
  sessionId: string
  kind: ChatEntryKind
  author: ChatAuthor
  userId: number | null
  authorName: string
  /** What was said, to the letter; empty for what nobody said. */
  message: string
  createdAt: Date
}

type Entry = Pick<ChatMessage, 'kind' | 'author'> & { message?: string }

/** The next entry of a session that is locked, so that nobody else writes one meanwhile. */
export function nextEntry(
  { id: sessionId, lastMessageId }: Pick<ChatSession, 'id' | 'lastMessageId'>,
  { kind, author, message = '' }: Entry,
  { actor, at: createdAt }: By,
): ChatMessage {
  const id = idAfter(lastMessageId)
  return { id, sessionId, kind, author, userId: actor.id, authorName: actor.name, message, createdAt }
}

/**
 * A UUIDv7 (RFC 9562, 5.7) that comes after another one, which a replica whose clock is ahead may have made. Whoever has
 * read up to an entry must not miss one that was written later.
 */
export function idAfter(last: string): string {
  const id = uuidv7()
  if (id > last) return id
  const lastMs = Number.parseInt(last.replaceAll('-', '').slice(0, 12), 16)
  return uuidv7({ msecs: lastMs + 1 })
}
