import { foldLoginName } from '@werk/shared/auth/login-name'
import { toRole } from '@werk/shared/auth/principal'
import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { nameKeyResource } from '../infrastructure/name-key-resource.ts'
import { recordChange } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import { nullIfTaken } from '../infrastructure/unique-violation.ts'
import type { Account, NewAccount } from './account.ts'

export type AccountsRepository = {
  /**
   * Writes the account, its login names and the jobs that follow from it, or nothing. Null when a name is taken.
   * @param keyId the idempotency key of the request, which is given the account as its resource
   * @throws AppError idempotency.conflict when another try under the key came first
   */
  insert(
    account: NewAccount,
    jobKinds: readonly string[],
    actor: Actor,
    keyId?: string | null,
  ): Promise<Account | null>
  /** By e-mail or username, in any case and Unicode form. Takes two queries, found or not. */
  findByLoginName(name: string): Promise<Account | null>
  findById(id: number): Promise<Account | null>
  /** Replaces a password hash, unless it was changed meanwhile. */
  replacePasswordHash(id: number, old: string, renewed: string): Promise<void>
  setInvgateId(id: number, invgateId: number): Promise<void>
  /** Accounts that came by an import and cannot be found by login name yet. */
  findWithoutLoginName(limit: number): Promise<Account[]>
  /** False when the name is another account's. */
  addLoginName(id: number, name: string): Promise<boolean>
}

/** Ids begin at 1. */
const nobody = 0
const include = { tenant: { select: { active: true } } } as const

export function createAccountsRepository(database: Database): AccountsRepository {
  const find = async (id: number | bigint) => {
    const row = await database.user.findUnique({ where: { id }, include })
    return row === null ? null : toAccount(row)
  }

  return {
    async insert({ passwordHash, identity, ...account }, jobKinds, actor, keyId = null) {
      const names = [account.email, account.username].filter((name) => name !== null)
      return nullIfTaken(() =>
        inTransaction(database, async (tx) => {
          const row = await tx.user.create({
            data: {
              ...account,
              password: passwordHash,
              loginNames: { create: [...new Set(names.map(foldLoginName))].map((name) => ({ name })) },
              ...(identity && { externalIdentities: { create: { ...identity, createdAt: new Date() } } }),
            },
            include,
          })
          const jobs = jobKinds.map((kind) => ({ kind, subject: String(row.id) }))
          if (jobs.length > 0) await tx.outboxJob.createMany({ data: jobs })
          const made = toAccount(row)
          const { id, tenantId, role } = made
          await nameKeyResource(tx, keyId, id)
          const details = { role, ...(identity && { issuer: identity.issuer }) }
          const deed = { tenantId, actor, action: 'account.made', subject: `user:${id}`, details }
          await recordChange(tx, { changed: [{ entity: 'user', id }], deed })
          return made
        }),
      )
    },

    async findByLoginName(name) {
      // The exact e-mail comes first: it finds a row that was imported a moment ago and has no login name yet, and one
      // whose login name is another's, because they differ in case alone.
      const found = await database.$queryRaw<{ id: bigint | number }[]>`
        SELECT id, 1 AS choice FROM users WHERE email = ${name}
        UNION ALL SELECT user_id AS id, 2 AS choice FROM login_names WHERE name = ${foldLoginName(name)}
        ORDER BY choice LIMIT 1`
      // An unknown name is looked for as well, so that it takes as long as a known one.
      return find(found[0]?.id ?? nobody)
    },

    findById: find,

    async replacePasswordHash(id, old, renewed) {
      await database.user.updateMany({ where: { id, password: old }, data: { password: renewed } })
    },

    async setInvgateId(id, invgateId) {
      await inTransaction(database, async (tx) => {
        await tx.user.update({ where: { id }, data: { invgateId, updatedAt: new Date() } })
        await recordChange(tx, { changed: [{ entity: 'user', id }] })
      })
    },

    async findWithoutLoginName(limit) {
      const rows = await database.user.findMany({
        where: { loginNames: { none: {} } },
        orderBy: { id: 'asc' },
        take: limit,
        include,
      })
      return rows.map(toAccount)
    },

    async addLoginName(id, name) {
      const added = await nullIfTaken(() =>
        inTransaction(database, async (tx) => {
          await tx.loginName.create({ data: { name: foldLoginName(name), userId: id } })
          await recordChange(tx, { changed: [{ entity: 'user', id }] })
          return id
        }),
      )
      return added !== null
    },
  }
}

type Row = {
  id: bigint
  tenantId: number
  name: string
  lastName: string
  email: string | null
  username: string | null
  role: string
  active: boolean
  invgateId: bigint | null
  password: string
  sessionEpoch: number
  tenant: { active: boolean }
}

function toAccount({ id, password, tenant, invgateId, role, ...row }: Row): Account {
  return {
    id: Number(id),
    tenantId: row.tenantId,
    name: row.name,
    lastName: row.lastName,
    email: row.email,
    username: row.username,
    role: toRole(role),
    active: row.active,
    tenantActive: tenant.active,
    invgateId: invgateId === null ? null : Number(invgateId),
    passwordHash: password,
    sessionEpoch: row.sessionEpoch,
  }
}
