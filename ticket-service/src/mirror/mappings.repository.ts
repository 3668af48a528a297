import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { MappingEntries } from './invgate-mapping.ts'

/** What has no counterpart on the other side. */
export type MappingFailure = {
  kind: 'category' | 'priority' | 'status' | 'agent' | 'person'
  /** What could not be mapped: an id of InvGate's, or one of our words or accounts. */
  value: string
  /** The ticket where it was seen last. */
  ticketId: string
}

export type SeenFailure = MappingFailure & { occurrences: number; firstAt: Date; lastAt: Date }

export type MappingsRepository = {
  /** Null for a tenant that has set none. */
  find(tenantId: number): Promise<MappingEntries | null>
  put(tx: PoolConnection, tenantId: number, entries: MappingEntries, at: Date): Promise<void>
  remove(tx: PoolConnection, tenantId: number): Promise<void>
  noteFailure(tenantId: number, failure: MappingFailure, at: Date): Promise<void>
  /** The latest first. */
  listFailures(tenantId: number, limit: number): Promise<SeenFailure[]>
  /** What was settled. */
  forgetFailures(tx: PoolConnection, tenantId: number): Promise<void>
}

type FailureRow = {
  kind: SeenFailure['kind']
  value: string
  ticket_id: string
  occurrences: number
  first_at: Date
  last_at: Date
}

export function createMappingsRepository(pool: Pool): MappingsRepository {
  return {
    async find(tenantId) {
      const [row] = await pool.execute<{ mapping: string }[]>(
        'SELECT mapping FROM invgate_mappings WHERE tenant_id = ?',
        [tenantId],
      )
      return row === undefined ? null : JSON.parse(row.mapping)
    },

    async put(tx, tenantId, entries, at) {
      await tx.execute(
        `INSERT INTO invgate_mappings (tenant_id, mapping, updated_at) VALUES (?, ?, ?)
          ON DUPLICATE KEY UPDATE mapping = VALUES(mapping), updated_at = VALUES(updated_at)`,
        [tenantId, JSON.stringify(entries), at],
      )
    },

    async remove(tx, tenantId) {
      await tx.execute('DELETE FROM invgate_mappings WHERE tenant_id = ?', [tenantId])
    },

    async noteFailure(tenantId, { kind, value, ticketId }, at) {
      await pool.execute(
        `INSERT INTO mapping_failures (tenant_id, kind, value, ticket_id, occurrences, first_at, last_at)
          VALUES (?, ?, ?, ?, 1, ?, ?) ON DUPLICATE KEY UPDATE ticket_id = VALUES(ticket_id),
            occurrences = occurrences + 1, last_at = VALUES(last_at)`,
        [tenantId, kind, value, ticketId, at, at],
      )
    },

    async listFailures(tenantId, limit) {
      const rows = await pool.execute<FailureRow[]>(
        `SELECT kind, value, ticket_id, occurrences, first_at, last_at FROM mapping_failures
          WHERE tenant_id = ? ORDER BY last_at DESC, kind, value LIMIT ?`,
        [tenantId, limit],
      )
      return rows.map((row) => ({
        kind: row.kind,
        value: row.value,
        ticketId: row.ticket_id,
        occurrences: row.occurrences,
        firstAt: row.first_at,
        lastAt: row.last_at,
      }))
    },

    async forgetFailures(tx, tenantId) {
      await tx.execute('DELETE FROM mapping_failures WHERE tenant_id = ?', [tenantId])
    },
  }
}
