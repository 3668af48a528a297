import { toRole } from '@werk/shared/auth/principal'
import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { nameKeyResource } from '../infrastructure/name-key-resource.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import { nullIfTaken } from '../infrastructure/unique-violation.ts'
import type { Team, TeamMember } from './team.ts'

type Page = { cursor: number | null; limit: number }
type Of = { tenantId: number; teamId: number }

/** Everything of one tenant: what is another's is not found. */
export type TeamsRepository = {
  /** By id, after the cursor. @param userId who asks, if that is an account */
  list(tenantId: number, userId: number | null, page: Page): Promise<Team[]>
  find(tenantId: number, userId: number | null, id: number): Promise<Team | null>
  /** By the user's id, after the cursor. */
  listMembers(of: Of, page: Page): Promise<TeamMember[]>
  hasUser(tenantId: number, userId: number): Promise<boolean>
  /** @returns its id; null when the name is taken */
  insert(tenantId: number, name: string, actor: Actor, keyId: string | null): Promise<number | null>
  /** Null when the name is another team's. */
  rename(of: Of, name: string, actor: Actor): Promise<'renamed' | 'unknown' | null>
  remove(of: Of, actor: Actor): Promise<boolean>
  /** Adds a user of the tenant, or changes whether the member leads. False for an unknown team. */
  putMember(of: Of, member: { userId: number; lead: boolean }, actor: Actor): Promise<boolean>
  removeMember(of: Of, userId: number, actor: Actor): Promise<'removed' | 'no member' | 'unknown'>
}

export function createTeamsRepository(database: Database): TeamsRepository {
  return {
    async list(tenantId, userId, { cursor, limit }) {
      const where = { tenantId, id: { gt: cursor ?? 0 } }
      const include = countsFor(userId)
      const rows = await database.team.findMany({ where, orderBy: { id: 'asc' }, take: limit, include })
      return rows.map(toTeam)
    },

    async find(tenantId, userId, id) {
      const row = await database.team.findFirst({ where: { id, tenantId }, include: countsFor(userId) })
      return row === null ? null : toTeam(row)
    },

    async listMembers({ tenantId, teamId }, { cursor, limit }) {
      const rows = await database.teamMember.findMany({
        where: { teamId, team: { tenantId }, userId: { gt: cursor ?? 0 } },
        orderBy: { userId: 'asc' },
        take: limit,
        include: { user: true },
      })
      return rows.map(toMember)
    },

    async hasUser(tenantId, userId) {
      return (await database.user.count({ where: { id: userId, tenantId } })) > 0
    },

    insert: (tenantId, name, actor, keyId) =>
      nullIfTaken(() =>
        inTransaction(database, async (tx) => {
          const { id } = await tx.team.create({ data: { tenantId, name } })
          await nameKeyResource(tx, keyId, id)
          await record(tx, { tenantId, teamId: id }, actor, 'team.made', { name })
          return id
        }),
      ),

    rename: (of, name, actor) =>
      nullIfTaken(() =>
        inTransaction(database, async (tx) => {
          if (!(await lockTeam(tx, of))) return 'unknown' as const
          await tx.team.update({ where: { id: of.teamId }, data: { name } })
          await record(tx, of, actor, 'team.renamed', { name })
          return 'renamed' as const
        }),
      ),

    remove: (of, actor) =>
      inTransaction(database, async (tx) => {
        if (!(await lockTeam(tx, of))) return false
        await tx.team.delete({ where: { id: of.teamId } })
        await record(tx, of, actor, 'team.removed')
        return true
      }),

    putMember: (of, { userId, lead }, actor) =>
      inTransaction(database, async (tx) => {
        if (!(await lockTeam(tx, of))) return false
        const { teamId } = of
        await tx.teamMember.upsert({
          where: { teamId_userId: { teamId, userId } },
          create: { teamId, userId, lead },
          update: { lead },
        })
        await record(tx, of, actor, 'team.member_put', { user: userId, lead })
        return true
      }),

    removeMember: (of, userId, actor) =>
      inTransaction(database, async (tx) => {
        if (!(await lockTeam(tx, of))) return 'unknown'
        const { count } = await tx.teamMember.deleteMany({ where: { teamId: of.teamId, userId } })
        if (count === 0) return 'no member'
        await record(tx, of, actor, 'team.member_removed', { user: userId })
        return 'removed'
      }),
  }
}

async function lockTeam(tx: Transaction, { tenantId, teamId }: Of): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT id FROM teams WHERE id = ${teamId} AND tenant_id = ${tenantId} FOR UPDATE`
  return found.length > 0
}

function record(
  tx: Transaction,
  { tenantId, teamId }: Of,
  actor: Actor,
  action: string,
  details?: Record<string, unknown>,
): Promise<void> {
  const deed = { tenantId, actor, action, subject: `team:${teamId}`, ...(details && { details }) }
  return recordChange(tx, { changed: [{ entity: 'team', id: teamId }], deed })
}

/** Ids begin at 1. */
const nobody = 0
const countsFor = (userId: number | null) => ({
  _count: { select: { members: true } },
  members: { where: { userId: userId ?? nobody }, select: { lead: true } },
})

type Row = {
  id: number
  tenantId: number
  name: string
  createdAt: Date
  _count: { members: number }
  members: { lead: boolean }[]
}

function toTeam({ _count, members, ...row }: Row): Team {
  return { ...row, members: _count.members, mine: members.length > 0 }
}

type MemberRow = {
  lead: boolean
  addedAt: Date
  user: {
    id: bigint
    name: string
    lastName: string
    email: string | null
    username: string | null
    role: string
    active: boolean
  }
}

function toMember({ lead, addedAt, user }: MemberRow): TeamMember {
  const { id, name, lastName, email, username, role, active } = user
  return { id: Number(id), name, lastName, email, username, role: toRole(role), active, lead, addedAt }
}
