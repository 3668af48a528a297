import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { Position } from '../paging/position.ts'
import type { Reply } from './reply.ts'

export type RepliesRepository = {
  insert(tx: PoolConnection, reply: Reply): Promise<void>
  find(id: string): Promise<Reply | null>
  /** In the order of ids; of what comes before an id the nearest. */
  list(
    ticketId: string,
    options: { withInternal: boolean; position: Position; limit: number },
  ): Promise<Reply[]>
  /** All of a ticket's that InvGate has not, or has under one of these ids. For whoever compares both. */
  listForMatching(tx: PoolConnection, ticketId: string, commentIds: readonly number[]): Promise<Reply[]>
  /** Which of these ids of InvGate's are replies already. */
  listLinked(commentIds: readonly number[]): Promise<number[]>
  /** InvGate has it under this id. False when another reply has that already. */
  link(id: string, comment: { id: number; authorId: number | null }, tx?: PoolConnection): Promise<boolean>
  /** What InvGate's agents changed in a comment of theirs. */
  amend(
    tx: PoolConnection,
    id: string,
    comment: Pick<Reply, 'message' | 'internal' | 'isSolution'>,
  ): Promise<void>
}

type Row = {
  id: string
  ticket_id: string
  origin: string
  user_id: number | null
  author_name: string
  author_id: number | null
  message: string
  internal: number
  is_solution: number
  attachment_url: string | null
  inv_gate_comment_id: number | null
  created_at: Date
}

const columns =
  'id, ticket_id, origin, user_id, author_name, author_id, message, internal, is_solution, attachment_url, inv_gate_comment_id, created_at'

/** The table `ticket_replies`. */
export function createRepliesRepository(pool: Pool): RepliesRepository {
  return {
    async insert(tx, reply) {
      await tx.execute(
        `INSERT INTO ticket_replies (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          reply.id,
          reply.ticketId,
          reply.origin,
          reply.userId,
          reply.authorName,
          reply.authorId,
          reply.message,
          reply.internal,
          reply.isSolution,
          reply.attachmentUrl,
          reply.invGateCommentId,
          reply.createdAt,
        ],
      )
    },

    async find(id) {
      const [row] = await pool.execute<Row[]>(`SELECT ${columns} FROM ticket_replies WHERE id = ?`, [id])
      return row === undefined ? null : toReply(row)
    },

    async list(ticketId, { withInternal, position, limit }) {
      const isBackwards = position !== null && 'before' in position
      const bound = position === null ? '' : isBackwards ? 'AND id < ?' : 'AND id > ?'
      const rows = await pool.execute<Row[]>(
        `SELECT ${columns} FROM ticket_replies WHERE ticket_id = ? ${bound} ${withInternal ? '' : 'AND NOT internal'}
          ORDER BY id ${isBackwards ? 'DESC' : 'ASC'} LIMIT ?`,
        [ticketId, ...Object.values(position ?? {}), limit],
      )
      return (isBackwards ? rows.toReversed() : rows).map(toReply)
    },

    async listForMatching(tx, ticketId, commentIds) {
      const ids = commentIds.length === 0 ? [0] : commentIds
      const rows = await tx.query<Row[]>(
        `SELECT ${columns} FROM ticket_replies WHERE ticket_id = ? AND (inv_gate_comment_id IS NULL OR inv_gate_comment_id IN (?))
          ORDER BY id`,
        [ticketId, ids],
      )
      return rows.map(toReply)
    },

    async listLinked(commentIds) {
      if (commentIds.length === 0) return []
      const rows = await pool.query<{ id: number }[]>(
        'SELECT inv_gate_comment_id AS id FROM ticket_replies WHERE inv_gate_comment_id IN (?)',
        [commentIds],
      )
      return rows.map(({ id }) => id)
    },

    async link(id, comment, tx) {
      try {
        await (tx ?? pool).execute(
          'UPDATE ticket_replies SET inv_gate_comment_id = ?, author_id = ? WHERE id = ?',
          [comment.id, comment.authorId, id],
        )
        return true
      } catch (error) {
        if (error instanceof Error && 'errno' in error && error.errno === 1062) return false
        throw error
      }
    },

    async amend(tx, id, { message, internal, isSolution }) {
      await tx.execute('UPDATE ticket_replies SET message = ?, internal = ?, is_solution = ? WHERE id = ?', [
        message,
        internal,
        isSolution,
        id,
      ])
    },
  }
}

function toReply(row: Row): Reply {
  return {
    id: row.id,
    ticketId: row.ticket_id,
    origin: row.origin === 'invgate' ? 'invgate' : 'here',
    userId: row.user_id,
    authorName: row.author_name,
    authorId: row.author_id,
    message: row.message,
    internal: row.internal === 1,
    isSolution: row.is_solution === 1,
    attachmentUrl: row.attachment_url,
    invGateCommentId: row.inv_gate_comment_id,
    createdAt: row.created_at,
  }
}
