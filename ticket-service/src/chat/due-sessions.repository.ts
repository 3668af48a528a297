import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { TicketCategory } from '../tickets/ticket-kinds.ts'
import { type SessionRow, sessionColumns, toSession } from './chat.rows.ts'
import type { ChatSession } from './chat-session.ts'
import { agentPresent, anybodyOnline } from './presence.repository.ts'

/**
 * Why a session cannot stay as it is. `not_accepted`: it has waited for too long. `agents_left`: it waits, and nobody takes
 * chats any more. `agent_gone`: the agent who accepted it is not there any more.
 */
export type DueReason = 'not_accepted' | 'agents_left' | 'agent_gone'

export type DueSession = { id: string; tenantId: number; category: TicketCategory }

export type DueSessionsRepository = {
  /** In the order of ids, after the one that was read last. */
  list(after: string, limit: number): Promise<DueSession[]>
  /** Locks one; null for one that is gone, and for one that somebody else is changing. */
  lock(tx: PoolConnection, id: string): Promise<ChatSession | null>
  /** Of one that is locked; null for one that may stay as it is. */
  reasonOf(tx: PoolConnection, id: string): Promise<DueReason | null>
}

const reason = `CASE
  WHEN s.status = 'waiting' AND s.waiting_until <= NOW(3) THEN 'not_accepted'
  WHEN s.status = 'waiting' AND NOT ${anybodyOnline} THEN 'agents_left'
  WHEN s.status = 'active' AND NOT ${agentPresent} THEN 'agent_gone' END`

/** What the worker looks for. All of it is judged by the database's clock, which is one for all replicas. */
export function createDueSessionsRepository(
  pool: Pool,
  { graceSeconds }: { graceSeconds: number },
): DueSessionsRepository {
  const graceMicroseconds = graceSeconds * 1_000_000
  const select = `SELECT ${sessionColumns} FROM chat_sessions s`

  return {
    async list(after, limit) {
      const rows = await pool.query<SessionRow[]>(
        `${select} WHERE s.status IN ('waiting', 'active') AND s.id > ? AND ${reason} IS NOT NULL ORDER BY s.id LIMIT ?`,
        [after, graceMicroseconds, limit],
      )
      return rows.map(toSession).map(({ id, tenantId, category }) => ({ id, tenantId, category }))
    },

    async lock(tx, id) {
      const [row] = await tx.execute<SessionRow[]>(`${select} WHERE s.id = ? FOR UPDATE SKIP LOCKED`, [id])
      return row === undefined ? null : toSession(row)
    },

    async reasonOf(tx, id) {
      const [row] = await tx.query<{ reason: DueReason | null }[]>(
        `SELECT ${reason} AS reason FROM chat_sessions s WHERE s.id = ?`,
        [graceMicroseconds, id],
      )
      return row?.reason ?? null
    },
  }
}
