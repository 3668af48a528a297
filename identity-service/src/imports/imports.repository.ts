import { foldLoginName } from '@werk/shared/auth/login-name'
import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import { nullIfTaken } from '../infrastructure/unique-violation.ts'
import type { ImportedUser } from './imported-user.ts'

export type Counts = { imported: number; skipped: number; renumbered: number }
/** `left`: nobody's yet, but they cannot keep an id. */
export type Outcome = Counts & { left: ImportedUser[] }

export type ImportsRepository = {
  /**
   * Writes those whose e-mail is no account's yet, each with its login name and the job for its user in InvGate.
   * With `keepIds` only those that bring an id which is free, and under it; else all, and under new ids.
   */
  insert(
    users: readonly ImportedUser[],
    into: { tenantId: number; keepIds: boolean; actor: Actor },
  ): Promise<Outcome>
}

/** A transaction holds the end of the feed, for which others wait, so it is kept short. */
const atOnce = 100

/** @param jobKind the job that links an account to its user in InvGate */
export function createImportsRepository(database: Database, jobKind: string): ImportsRepository {
  /** Again when somebody took a name or an id between the look and the write. */
  const insertSome: ImportsRepository['insert'] = async (users, into) => {
    for (let tries = 1; ; tries += 1) {
      const counts = await nullIfTaken(() => inTransaction(database, (tx) => write(tx, users, into)))
      if (counts !== null) return counts
      if (tries === 5) throw new Error('names or ids of an import were taken again and again')
    }
  }

  async function write(
    tx: Transaction,
    users: readonly ImportedUser[],
    { tenantId, keepIds, actor }: Parameters<typeof insertSome>[1],
  ): Promise<Outcome> {
    const fresh = await withoutTaken(tx, users)
    const skipped = users.length - fresh.length
    const free = keepIds ? await freeIds(tx, fresh) : new Set<number>()
    const isLeft = ({ id }: ImportedUser) => keepIds && (id === null || !free.has(id))
    const left = fresh.filter(isLeft)
    const written = fresh.filter((user) => !isLeft(user))
    if (written.length === 0) return { imported: 0, skipped, renumbered: 0, left }
    await tx.user.createMany({
      data: written.map(({ id, passwordHash, createdAt, ...user }) => ({
        ...user,
        tenantId,
        password: passwordHash,
        ...(createdAt !== null && { createdAt }),
        ...(keepIds && id !== null && { id }),
      })),
    })

    const emails = written.map(({ email }) => email)
    const made = await tx.user.findMany({
      where: { email: { in: emails } },
      select: { id: true, email: true },
    })
    const names = made.map(({ id, email }) => ({ userId: id, name: foldLoginName(email ?? '') }))
    await tx.loginName.createMany({ data: names })
    const jobs = made.map(({ id }) => ({ kind: jobKind, subject: String(id) }))
    await tx.outboxJob.createMany({ data: jobs, skipDuplicates: true })

    const ids = made.map(({ id }) => Number(id))
    const renumbered = keepIds ? 0 : written.filter(({ id }) => id !== null).length
    const details = { users: ids, skipped, renumbered }
    await recordChange(tx, {
      changed: ids.map((id) => ({ entity: 'user', id })),
      deed: { tenantId, actor, action: 'accounts.imported', subject: `tenant:${tenantId}`, details },
    })
    return { imported: written.length, skipped, renumbered, left }
  }

  return {
    async insert(users, into) {
      const sum: Outcome = { imported: 0, skipped: 0, renumbered: 0, left: [] }
      for (let at = 0; at < users.length; at += atOnce) {
        const { imported, skipped, renumbered, left } = await insertSome(users.slice(at, at + atOnce), into)
        sum.imported += imported
        sum.skipped += skipped
        sum.renumbered += renumbered
        sum.left.push(...left)
      }
      return sum
    },
  }
}

/** An e-mail may be an account's that was copied by SQL and has no login name yet. */
async function withoutTaken(tx: Transaction, users: readonly ImportedUser[]): Promise<ImportedUser[]> {
  const name = { in: users.map(({ email }) => foldLoginName(email)) }
  const email = { in: users.map((user) => user.email) }
  const names = await tx.loginName.findMany({ where: { name }, select: { name: true } })
  const copied = await tx.user.findMany({ where: { email }, select: { email: true } })
  const taken = new Set([
    ...names.map((row) => row.name),
    ...copied.map((row) => foldLoginName(row.email ?? '')),
  ])
  return users.filter((user) => !taken.has(foldLoginName(user.email)))
}

/** Of the ids that the rows bring, those that are nobody's; one that two rows bring is neither's. */
async function freeIds(tx: Transaction, users: readonly ImportedUser[]): Promise<Set<number>> {
  const ids = users.map(({ id }) => id).filter((id) => id !== null)
  const rows = await tx.user.findMany({ where: { id: { in: ids } }, select: { id: true } })
  const taken = new Set(rows.map(({ id }) => Number(id)))
  const twice = ids.filter((id, at) => ids.indexOf(id) !== at)
  return new Set(ids.filter((id) => !taken.has(id) && !twice.includes(id)))
}
