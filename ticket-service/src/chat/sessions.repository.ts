import { inTransaction, type Pool, type PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import type { Position } from '../paging/position.ts'
import type { TicketScope, Viewer } from '../tickets/ticket-policy.ts'
import { type SessionRow, sessionColumns, toSession } from './chat.rows.ts'
import type { ChatSession } from './chat-session.ts'

export type ChatSessionsRepository = {
  insert(tx: PoolConnection, session: ChatSession): Promise<void>
  /** Writes what can change. One that comes to wait, waits for the whole time. */
  update(tx: PoolConnection, session: ChatSession): Promise<void>
  /** Whoever asks: the policy is the caller's. */
  find(tenantId: number, id: string): Promise<ChatSession | null>
  /** The same, and nobody else changes it until the transaction is over. */
  lock(tx: PoolConnection, tenantId: number, id: string): Promise<ChatSession | null>
  /** In the order of ids: staff's queue and what they have accepted; of all others what they have opened. */
  list(scope: TicketScope, page: { position: Position; limit: number }): Promise<ChatSession[]>
  /** The newest entry of each of these sessions, as far as they exist. */
  listHeads(ids: readonly string[]): Promise<Map<string, string>>
  /** Removes some that ended before a time, with all that was said. @returns how many; fewer than `limit`: no more are left */
  purge(endedBefore: Date, limit: number): Promise<number>
}

type Condition = { sql: string; values: unknown[] }

/** The table `chat_sessions`. When a wait is over is judged by the database's clock, because replicas' clocks differ. */
export function createChatSessionsRepository(
  pool: Pool,
  { waitSeconds }: { waitSeconds: number },
): ChatSessionsRepository {
  const select = `SELECT ${sessionColumns} FROM chat_sessions s`
  const first = ([row]: SessionRow[]) => (row === undefined ? null : toSession(row))

  return {
    async insert(tx, session) {
      await tx.execute(
        `INSERT INTO chat_sessions (id, tenant_id, user_id, creator_login, creator_key, creator_name, creator_invgate_id, title,
           category, status, last_message_id, message_count, waiting_until, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NOW(3) + INTERVAL ? SECOND, ?)`,
        [
          session.id,
          session.tenantId,
          session.userId,
          session.creatorLogin,
          session.creatorKey,
          session.creatorName,
          session.creatorInvgateId,
          session.title,
          session.category,
          session.status,
          session.lastMessageId,
          session.messageCount,
          waitSeconds,
          session.createdAt,
        ],
      )
    },

    async update(tx, session) {
      await tx.execute(
        `UPDATE chat_sessions SET status = ?, agent_id = ?, agent_name = ?, ticket_id = ?, last_message_id = ?,
           message_count = ?, accepted_at = ?, ended_at = ?,
           waiting_until = IF(? = 'waiting', COALESCE(waiting_until, NOW(3) + INTERVAL ? SECOND), NULL) WHERE id = ?`,
        [
          session.status,
          session.agentId,
          session.agentName,
          session.ticketId,
          session.lastMessageId,
          session.messageCount,
          session.acceptedAt,
          session.endedAt,
          session.status,
          waitSeconds,
          session.id,
        ],
      )
    },

    async find(tenantId, id) {
      // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL.
      if (!isUuid(id)) return null
      return first(await pool.execute(`${select} WHERE s.id = ? AND s.tenant_id = ?`, [id, tenantId]))
    },

    async lock(tx, tenantId, id) {
      if (!isUuid(id)) return null
      return first(
        await tx.execute(`${select} WHERE s.id = ? AND s.tenant_id = ? FOR UPDATE`, [id, tenantId]),
      )
    },

    async list({ tenantId, viewer }, { position, limit }) {
      const isBackwards = position !== null && 'before' in position
      const seen = seenBy(viewer)
      const bound = position === null ? '' : `AND s.id ${isBackwards ? '<' : '>'} ?`
      const rows = await pool.query<SessionRow[]>(
        `${select} WHERE s.tenant_id = ? AND ${seen.sql} ${bound} ORDER BY s.id ${isBackwards ? 'DESC' : 'ASC'} LIMIT ?`,
        [tenantId, ...seen.values, ...Object.values(position ?? {}), limit],
      )
      return (isBackwards ? rows.toReversed() : rows).map(toSession)
    },

    async listHeads(ids) {
      if (ids.length === 0) return new Map()
      const rows = await pool.query<{ id: string; head: string }[]>(
        'SELECT id, last_message_id AS head FROM chat_sessions WHERE id IN (?)',
        [ids],
      )
      return new Map(rows.map(({ id, head }) => [id, head]))
    },

    async purge(endedBefore, limit) {
      const rows = await pool.query<{ id: string }[]>(
        'SELECT id FROM chat_sessions WHERE ended_at < ? ORDER BY ended_at LIMIT ?',
        [endedBefore, limit],
      )
      for (const { id } of rows)
        await inTransaction(pool, async (tx) => {
          // First the session, because whoever makes a ticket of it now holds it until all is read.
          await tx.query('DELETE FROM chat_sessions WHERE id = ?', [id])
          await tx.query('DELETE FROM chat_messages WHERE session_id = ?', [id])
        })
      return rows.length
    },
  }
}

/** As `partyOf` in chat-policy.ts has it, less what is over for staff: they are shown what there is to do. */
function seenBy(viewer: Viewer): Condition {
  const own = ownOf(viewer)
  if (viewer.sees === 'own') return own
  const live = "s.status IN ('waiting', 'active')"
  if (viewer.sees === 'tenant') return { sql: live, values: [] }
  return {
    sql: `${live} AND (s.status = 'waiting' OR s.agent_id <=> ? OR ${own.sql})`,
    values: [viewer.uid ?? 0, ...own.values],
  }
}

/** The length besides, because MySQL's comparison overlooks blanks at the end, and these make another name. */
function ownOf({ key, uid }: Viewer): Condition {
  const account = uid === null ? '' : ' AND (s.user_id IS NULL OR s.user_id = ?)'
  return {
    sql: `(s.creator_key = ? AND LENGTH(s.creator_key) = ?${account})`,
    values: [key, Buffer.byteLength(key), ...(uid === null ? [] : [uid])],
  }
}
