import type { By } from '../tickets/record-change.ts'
import type { ChangeSession, SessionTarget } from './change-session.ts'
import { chatEnded, chatFull, chatNotFound, nonceTaken, onlyPartiesSpeak } from './chat.errors.ts'
import { type ChatMessage, nextEntry } from './chat-message.ts'
import { partyOf, speaks } from './chat-policy.ts'
import { hasEnded } from './chat-session.ts'
import type { ChatMessagesRepository } from './messages.repository.ts'
import type { RecordSession } from './record-session.ts'

/**
 * Says something in a chat. A message that comes again with its nonce is the same message, whatever became of the chat.
 * @throws AppError chat.not_found, chat.forbidden, chat.conflict, chat.mismatch
 */
export type WriteMessage = (
  target: SessionTarget,
  by: By,
  wanted: { message: string; nonce: string | null },
) => Promise<ChatMessage>

type Needs = {
  changeSession: ChangeSession
  recordSession: RecordSession
  messages: Pick<ChatMessagesRepository, 'findByNonce'>
}

/** So that a ticket can be made of it in one transaction. */
const mostMessages = 1000

export function createWriteMessage({ changeSession, recordSession, messages }: Needs): WriteMessage {
  return async (target, by, wanted) => {
    let written: ChatMessage | null = null
    await changeSession(target, async (session, tx) => {
      const party = partyOf(target.scope, session)
      if (party === null) throw chatNotFound()
      if (!speaks(party)) throw onlyPartiesSpeak()
      const authorKey = target.scope.viewer.key
      const nonce = wanted.nonce === null ? null : { sessionId: session.id, authorKey, nonce: wanted.nonce }
      written = nonce === null ? null : await messages.findByNonce(tx, nonce)
      if (written !== null) {
        if (written.message !== wanted.message) throw nonceTaken()
        return session
      }
      if (hasEnded(session)) throw chatEnded(session)
      if (session.messageCount >= mostMessages) throw chatFull(mostMessages)
      written = nextEntry(session, { kind: 'message', author: party, message: wanted.message }, by)
      return recordSession(tx, session, { fields: {}, entry: written, nonce, details: null }, by)
    })
    if (written === null) throw new Error('a message was not written')
    return written
  }
}
