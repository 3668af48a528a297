import { toRole } from '@werk/shared/auth/principal'
import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { Prisma } from '../infrastructure/generated/client.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import { endSessions } from '../sessions/end-sessions.repository.ts'
import { operatingTenant } from '../tenants/tenant.ts'
import type { User, UserChanges, UserFilter } from './user.ts'

export type UsersRepository = {
  /** Of one tenant, by id, after the cursor. */
  list(tenantId: number, filter: UserFilter, page: { cursor: number | null; limit: number }): Promise<User[]>
  /** Null for another tenant's, too. */
  find(tenantId: number, id: number): Promise<User | null>
  /**
   * Changes an account, while nobody else can, and ends its sessions when its role or activity changed.
   * @param decide throws where the change must not be; `otherAdmins` counts the tenant's other active admins
   * @returns null for another tenant's
   */
  change(
    tenantId: number,
    id: number,
    changes: UserChanges,
    actor: Actor,
    decide: (current: User, otherAdmins: number) => void,
  ): Promise<User | null>
  /** @returns how many ended; null for another tenant's account */
  endSessions(tenantId: number, id: number, actor: Actor): Promise<number | null>
}

export function createUsersRepository(database: Database): UsersRepository {
  return {
    async list(tenantId, { q, role, active }, { cursor, limit }) {
      const ids = await database.$queryRaw<{ id: bigint | number }[]>`
        SELECT id FROM users WHERE tenant_id = ${tenantId} AND id > ${cursor ?? 0}
        ${role === null ? Prisma.empty : Prisma.sql`AND role = ${role}`}
        ${active === null ? Prisma.empty : Prisma.sql`AND active = ${active}`}
        ${q === null ? Prisma.empty : Prisma.sql`AND ${named(q)}`}
        ORDER BY id LIMIT ${limit}`
      const where = { id: { in: ids.map(({ id }) => BigInt(id)) } }
      const rows = await database.user.findMany({ where, orderBy: { id: 'asc' } })
      return rows.map(toUser)
    },

    async find(tenantId, id) {
      const row = await database.user.findFirst({ where: { id, tenantId } })
      return row === null ? null : toUser(row)
    },

    change: (tenantId, id, changes, actor, decide) =>
      inTransaction(database, async (tx) => {
        if (tenantId === operatingTenant) await lockTenant(tx, tenantId)
        const current = await lockUser(tx, tenantId, id)
        if (current === null) return null
        const others = { tenantId, role: 'admin', active: true, id: { not: id } }
        decide(current, await tx.user.count({ where: others }))
        const data = { ...changes, updatedAt: new Date() }
        const changed = toUser(await tx.user.update({ where: { id }, data }))
        const endsSessions = changed.role !== current.role || changed.active !== current.active
        const ended = endsSessions ? await endSessions(tx, { userId: id }, 'account changed') : []
        const details = { ...changes, sessions_ended: ended.length }
        const deed = { tenantId, actor, action: 'account.changed', subject: `user:${id}`, details }
        await recordChange(tx, { changed: [{ entity: 'user', id }, ...ended], deed })
        return changed
      }),

    endSessions: (tenantId, id, actor) =>
      inTransaction(database, async (tx) => {
        if ((await lockUser(tx, tenantId, id)) === null) return null
        const ended = await endSessions(tx, { userId: id }, 'ended by an admin')
        const details = { ended: ended.length }
        const deed = { tenantId, actor, action: 'account.sessions_ended', subject: `user:${id}`, details }
        await recordChange(tx, { changed: ended, deed })
        return ended.length
      }),
  }
}

/** In any case, by a collation that MySQL and MariaDB both have; the columns themselves tell cases apart. */
function named(q: string): Prisma.Sql {
  const pattern = `%${q.replace(/[!%_]/g, '!$&')}%`
  return Prisma.sql`CONCAT_WS(' ', name, last_name, email, username) COLLATE utf8mb4_unicode_ci
    LIKE ${pattern} COLLATE utf8mb4_unicode_ci ESCAPE '!'`
}

/** Two admins who demote each other at once take turns here. */
async function lockTenant(tx: Transaction, id: number): Promise<void> {
  await tx.$queryRaw`SELECT id FROM tenants WHERE id = ${id} FOR UPDATE`
}

/** The lock comes before the first plain read, which decides what the transaction sees of others. */
async function lockUser(tx: Transaction, tenantId: number, id: number): Promise<User | null> {
  await tx.$queryRaw`SELECT id FROM users WHERE id = ${id} AND tenant_id = ${tenantId} FOR UPDATE`
  const row = await tx.user.findFirst({ where: { id, tenantId } })
  return row === null ? null : toUser(row)
}

type Row = Omit<User, 'id' | 'role' | 'invgateId'> & { id: bigint; role: string; invgateId: bigint | null }

function toUser({ id, role, invgateId, ...row }: Row): User {
  return {
    id: Number(id),
    tenantId: row.tenantId,
    name: row.name,
    lastName: row.lastName,
    email: row.email,
    username: row.username,
    role: toRole(role),
    active: row.active,
    invgateId: invgateId === null ? null : Number(invgateId),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    lastLoginAt: row.lastLoginAt,
  }
}
