import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { FindAuthor, PeopleDirectory } from './people.ts'

type Row = { id: number; name: string; last_name: string; invgate_id: number | null; login: string | null }

const find = async (from: Pool | PoolConnection, where: string, values: number[]): Promise<Row | null> => {
  const [row] = await from.execute<Row[]>(
    `SELECT id, name, last_name, invgate_id, COALESCE(email, username) AS login FROM directory_users
      WHERE ${where} ORDER BY id LIMIT 1`,
    values,
  )
  return row ?? null
}

/** Of the table `directory_users`. */
export function createPeopleDirectory(pool: Pool): PeopleDirectory {
  return {
    async findInvGateId(tenantId, userId) {
      return (await find(pool, 'id = ? AND tenant_id = ?', [userId, tenantId]))?.invgate_id ?? null
    },
    async findAgent(tenantId, { column, id }) {
      const where = `${column} = ? AND tenant_id = ? AND active AND role IN ('agent', 'admin', 'vendor')`
      return toPerson(await find(pool, where, [id, tenantId]))
    },
    async findLogin(tenantId, userId) {
      return (await find(pool, 'id = ? AND tenant_id = ?', [userId, tenantId]))?.login ?? null
    },
  }
}

export const findAuthor: FindAuthor = async (tx, tenantId, { column, id }) =>
  toPerson(await find(tx, `${column} = ? AND tenant_id = ?`, [id, tenantId]))

function toPerson(row: Row | null) {
  return row === null ? null : { id: row.id, name: `${row.name} ${row.last_name}`.trim() }
}
