import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'

export type FoundPerson = { id: number; key: string; isAgent: boolean }

export type ImportsRepository = {
  /** Which of the rows are here: imported before, or tickets of ours whose id it is. */
  listKnown(
    tenantId: number,
    externalIds: readonly string[],
    tx?: PoolConnection,
  ): Promise<ReadonlySet<string>>
  /** @throws where another import was faster: see `isTwin` */
  insert(tx: PoolConnection, tenantId: number, externalId: string, ticketId: string): Promise<void>
  /** The tenant's accounts of these login names, folded, and of these numbers; of one login name the active one first. */
  findPeople(
    tenantId: number,
    asked: { keys: readonly string[]; ids: readonly number[] },
  ): Promise<FoundPerson[]>
}

/** The table `imported_tickets`, and who is who. */
export function createImportsRepository(pool: Pool): ImportsRepository {
  return {
    async listKnown(tenantId, externalIds, tx) {
      if (externalIds.length === 0) return new Set()
      const from = tx ?? pool
      const imported = await from.query<{ id: string }[]>(
        'SELECT external_id AS id FROM imported_tickets WHERE tenant_id = ? AND external_id IN (?)',
        [tenantId, externalIds],
      )
      const uuids = externalIds.filter((id) => isUuid(id)).map((id) => id.toLowerCase())
      const own =
        uuids.length === 0
          ? []
          : await from.query<{ id: string }[]>('SELECT id FROM tickets WHERE tenant_id = ? AND id IN (?)', [
              tenantId,
              uuids,
            ])
      const known = new Set([...imported, ...own].map(({ id }) => id))
      return new Set(externalIds.filter((id) => known.has(id) || known.has(id.toLowerCase())))
    },

    async insert(tx, tenantId, externalId, ticketId) {
      await tx.execute('INSERT INTO imported_tickets (tenant_id, external_id, ticket_id) VALUES (?, ?, ?)', [
        tenantId,
        externalId,
        ticketId,
      ])
    },

    async findPeople(tenantId, { keys, ids }) {
      const by = async (column: 'login_key' | 'id', values: readonly (string | number)[]) => {
        if (values.length === 0) return []
        const rows = await pool.query<{ id: number; login_key: string; is_agent: number }[]>(
          `SELECT id, login_key, active AND role IN ('agent', 'admin', 'vendor') AS is_agent FROM directory_users
            WHERE tenant_id = ? AND ${column} IN (?) ORDER BY active DESC, id`,
          [tenantId, values],
        )
        return rows.map(({ id, login_key, is_agent }) => ({ id, key: login_key, isAgent: is_agent === 1 }))
      }
      return [...(await by('id', ids)), ...(await by('login_key', keys))]
    },
  }
}

/** ER_DUP_ENTRY, in MySQL and MariaDB: somebody else has imported one of the rows meanwhile. */
export function isTwin(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && error.errno === 1062
}
