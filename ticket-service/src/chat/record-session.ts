import type { PoolConnection } from '@werk/shared/database/pool'
import type { Deed } from '../audit/audit.repository.ts'
import type { By } from '../tickets/record-change.ts'
import type { Nonce } from './chat.rows.ts'
import type { ChatMessage } from './chat-message.ts'
import type { ChangedSession, ChatSession } from './chat-session.ts'
import type { ChatMessagesRepository } from './messages.repository.ts'
import type { ChatSessionsRepository } from './sessions.repository.ts'

/** What happens to a session: one entry of it each time, so that whoever reads on learns of everything. */
export type SessionChange = {
  fields: ChangedSession
  entry: ChatMessage
  nonce: Nonce | null
  /** For the audit; null for what is only said. */
  details: Record<string, unknown> | null
}

/** Writes a change of a locked session with all that follows from it, in its transaction. @returns the session as it is now */
export type RecordSession = (
  tx: PoolConnection,
  before: ChatSession,
  change: SessionChange,
  by: By,
) => Promise<ChatSession>

type Needs = {
  sessions: Pick<ChatSessionsRepository, 'update'>
  messages: Pick<ChatMessagesRepository, 'insert'>
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
}

export function createRecordSession({ sessions, messages, appendAudit }: Needs): RecordSession {
  return async (tx, before, { fields, entry, nonce, details }, { actor, at }) => {
    const { id, tenantId, messageCount } = before
    const session = { ...before, ...fields, lastMessageId: entry.id, messageCount: messageCount + 1 }
    await messages.insert(tx, entry, nonce)
    await sessions.update(tx, session)
    if (details !== null) {
      const deed = { tenantId, actor, at, action: `chat.${entry.kind}`, subject: `chat:${id}` }
      await appendAudit(tx, { ...deed, details })
    }
    return session
  }
}
