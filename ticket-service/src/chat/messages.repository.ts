import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { Position } from '../paging/position.ts'
import { type MessageRow, messageColumns, type Nonce, nonceKeyOf, toMessage } from './chat.rows.ts'
import type { ChatMessage } from './chat-message.ts'

export type ChatMessagesRepository = {
  insert(tx: PoolConnection, message: ChatMessage, nonce: Nonce | null): Promise<void>
  findByNonce(tx: PoolConnection, nonce: Nonce): Promise<ChatMessage | null>
  /** In the order of ids; of what comes before an id the nearest. */
  list(sessionId: string, page: { position: Position; limit: number }): Promise<ChatMessage[]>
  /** All that was said in a session, in order. */
  listSaid(tx: PoolConnection, sessionId: string): Promise<ChatMessage[]>
}

/** The table `chat_messages`. */
export function createChatMessagesRepository(pool: Pool): ChatMessagesRepository {
  const select = `SELECT ${messageColumns} FROM chat_messages`

  return {
    async insert(tx, message, nonce) {
      await tx.execute(
        `INSERT INTO chat_messages (${messageColumns}, nonce_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          message.id,
          message.sessionId,
          message.kind,
          message.author,
          message.userId,
          message.authorName,
          message.message,
          message.createdAt,
          nonce === null ? null : nonceKeyOf(nonce),
        ],
      )
    },

    async findByNonce(tx, nonce) {
      const [row] = await tx.execute<MessageRow[]>(`${select} WHERE nonce_key = ?`, [nonceKeyOf(nonce)])
      return row === undefined ? null : toMessage(row)
    },

    async list(sessionId, { position, limit }) {
      const isBackwards = position !== null && 'before' in position
      const bound = position === null ? '' : `AND id ${isBackwards ? '<' : '>'} ?`
      const rows = await pool.execute<MessageRow[]>(
        `${select} WHERE session_id = ? ${bound} ORDER BY id ${isBackwards ? 'DESC' : 'ASC'} LIMIT ?`,
        [sessionId, ...Object.values(position ?? {}), limit],
      )
      return (isBackwards ? rows.toReversed() : rows).map(toMessage)
    },

    async listSaid(tx, sessionId) {
      const rows = await tx.execute<MessageRow[]>(
        `${select} WHERE session_id = ? AND kind = 'message' ORDER BY id`,
        [sessionId],
      )
      return rows.map(toMessage)
    },
  }
}
