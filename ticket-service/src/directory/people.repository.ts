import { type Role, toRole } from '@werk/shared/auth/principal'
import type { Pool } from '@werk/shared/database/pool'

export type Person = {
  id: number
  tenantId: number
  name: string
  lastName: string
  email: string | null
  username: string | null
  role: Role
  active: boolean
  invgateId: number | null
}

export type Team = { id: number; tenantId: number; name: string }

type Search = {
  /** of any role where it is left out */
  roles?: readonly Role[]
  /** in the name, the last name, the e-mail or the username, in any case */
  text?: string
  /** the id that the page before ended with */
  after?: number
  limit: number
}

/** The accounts and teams that the identity-service told of. A person of another tenant is not found. */
export type PeopleRepository = {
  find(tenantId: number, userId: number): Promise<Person | null>
  /** By the login name, folded, as tickets know their creator. */
  findByLoginKey(tenantId: number, loginKey: string): Promise<Person | null>
  /** Those of them that there are, in no order. */
  findSeveral(tenantId: number, userIds: readonly number[]): Promise<Person[]>
  /** Active people, by id. */
  search(tenantId: number, search: Search): Promise<Person[]>
  listTeams(tenantId: number): Promise<Team[]>
  /** The active members of a team, its leads first. */
  listMembers(tenantId: number, teamId: number): Promise<(Person & { lead: boolean })[]>
}

type PersonRow = {
  id: number
  tenant_id: number
  name: string
  last_name: string
  email: string | null
  username: string | null
  role: string
  active: number
  invgate_id: number | null
}

const columns = 'u.id, u.tenant_id, u.name, u.last_name, u.email, u.username, u.role, u.active, u.invgate_id'

export function createPeopleRepository(pool: Pool): PeopleRepository {
  const select = async (where: string, values: unknown[]) => {
    const rows = await pool.query<PersonRow[]>(
      `SELECT ${columns} FROM directory_users u WHERE ${where}`,
      values,
    )
    return rows.map(toPerson)
  }
  const first = async (where: string, values: unknown[]) => (await select(where, values))[0] ?? null

  return {
    find: (tenantId, userId) => first('u.id = ? AND u.tenant_id = ?', [userId, tenantId]),

    findByLoginKey: (tenantId, loginKey) =>
      first('u.login_key = ? AND u.tenant_id = ? ORDER BY u.active DESC, u.id LIMIT 1', [loginKey, tenantId]),

    findSeveral: async (tenantId, userIds) =>
      userIds.length === 0 ? [] : select('u.id IN (?) AND u.tenant_id = ?', [userIds, tenantId]),

    async search(tenantId, { roles, text, after = 0, limit }) {
      const conditions = ['u.tenant_id = ?', 'u.active', 'u.id > ?']
      const values: unknown[] = [tenantId, after]
      if (roles !== undefined) {
        if (roles.length === 0) return []
        conditions.push('u.role IN (?)')
        values.push(roles)
      }
      if (text !== undefined) {
        const found = `CONCAT_WS(' ', u.name, u.last_name, u.email, u.username) COLLATE utf8mb4_unicode_ci`
        conditions.push(`${found} LIKE ?`)
        values.push(`%${text.replaceAll(/[\\%_]/g, '\\$&')}%`)
      }
      return select(`${conditions.join(' AND ')} ORDER BY u.id LIMIT ?`, [...values, limit])
    },

    async listTeams(tenantId) {
      const rows = await pool.execute<{ id: number; name: string }[]>(
        'SELECT id, name FROM directory_teams WHERE tenant_id = ? ORDER BY id',
        [tenantId],
      )
      return rows.map(({ id, name }) => ({ id, tenantId, name }))
    },

    async listMembers(tenantId, teamId) {
      const rows = await pool.execute<(PersonRow & { lead: number })[]>(
        `SELECT ${columns}, m.\`lead\` FROM directory_teams t
          JOIN directory_team_members m ON m.team_id = t.id
          JOIN directory_users u ON u.id = m.user_id AND u.active
          WHERE t.id = ? AND t.tenant_id = ? ORDER BY m.\`lead\` DESC, u.id`,
        [teamId, tenantId],
      )
      return rows.map(({ lead, ...row }) => ({ ...toPerson(row), lead: lead === 1 }))
    },
  }
}

function toPerson({ tenant_id, last_name, role, active, invgate_id, ...row }: PersonRow): Person {
  return {
    ...row,
    tenantId: tenant_id,
    lastName: last_name,
    role: toRole(role),
    active: active === 1,
    invgateId: invgate_id,
  }
}
