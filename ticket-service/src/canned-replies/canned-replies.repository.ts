import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import type { Position } from '../paging/position.ts'
import type { CannedReply } from './canned-reply.ts'

export type CannedRepliesRepository = {
  /** @returns false when another one of the tenant's has the name */
  insert(tx: PoolConnection, reply: CannedReply): Promise<boolean>
  /** @returns false when another one of the tenant's has the name */
  update(tx: PoolConnection, reply: Pick<CannedReply, 'id' | 'name' | 'body' | 'updatedAt'>): Promise<boolean>
  remove(tx: PoolConnection, id: string): Promise<void>
  find(tenantId: number, id: string): Promise<CannedReply | null>
  /** The same, and nobody else changes it until the transaction is over. */
  lock(tx: PoolConnection, tenantId: number, id: string): Promise<CannedReply | null>
  /** In the order of ids; of what comes before an id the nearest. */
  list(tenantId: number, position: Position, limit: number): Promise<CannedReply[]>
}

type Row = { id: string; tenant_id: number; name: string; body: string; created_at: Date; updated_at: Date }

const columns = 'id, tenant_id, name, body, created_at, updated_at'
const select = `SELECT ${columns} FROM canned_replies WHERE tenant_id = ?`

/** The table `canned_replies`. */
export function createCannedRepliesRepository(pool: Pool): CannedRepliesRepository {
  const first = ([row]: Row[]) => (row === undefined ? null : toCannedReply(row))

  return {
    insert: (tx, { id, tenantId, name, body, createdAt, updatedAt }) =>
      unlessTaken(
        tx.execute(`INSERT INTO canned_replies (${columns}) VALUES (?, ?, ?, ?, ?, ?)`, [
          ...[id, tenantId, name, body, createdAt],
          updatedAt,
        ]),
      ),

    update: (tx, { id, name, body, updatedAt }) =>
      unlessTaken(
        tx.execute('UPDATE canned_replies SET name = ?, body = ?, updated_at = ? WHERE id = ?', [
          ...[name, body, updatedAt],
          id,
        ]),
      ),

    async remove(tx, id) {
      await tx.execute('DELETE FROM canned_replies WHERE id = ?', [id])
    },

    async find(tenantId, id) {
      // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL.
      return isUuid(id) ? first(await pool.execute(`${select} AND id = ?`, [tenantId, id])) : null
    },

    async lock(tx, tenantId, id) {
      return isUuid(id) ? first(await tx.execute(`${select} AND id = ? FOR UPDATE`, [tenantId, id])) : null
    },

    async list(tenantId, position, limit) {
      const isBackwards = position !== null && 'before' in position
      const bound = position === null ? '' : isBackwards ? 'AND id < ?' : 'AND id > ?'
      const rows = await pool.execute<Row[]>(
        `${select} ${bound} ORDER BY id ${isBackwards ? 'DESC' : 'ASC'} LIMIT ?`,
        [tenantId, ...Object.values(position ?? {}), limit],
      )
      return (isBackwards ? rows.toReversed() : rows).map(toCannedReply)
    },
  }
}

async function unlessTaken(statement: Promise<unknown>): Promise<boolean> {
  try {
    await statement
    return true
  } catch (error) {
    if (error instanceof Error && 'errno' in error && error.errno === 1062) return false
    throw error
  }
}

function toCannedReply(row: Row): CannedReply {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    body: row.body,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
