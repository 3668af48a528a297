import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import type { SecondFactor } from './second-factor.ts'

/** Whose factor it is, and who changes it. */
export type Owner = { id: number; tenantId: number }

export type SecondFactorsRepository = {
  find(userId: number): Promise<SecondFactor | null>
  /** Keeps an unconfirmed secret in place of an earlier one. False when a factor is in force. */
  enrol(owner: Owner, secret: Uint8Array, now: Date, actor: Actor): Promise<boolean>
  /** Puts the factor in force, with these recovery codes. False unless it is unconfirmed and has this secret still. */
  confirm(found: SecondFactor, step: number, codes: Codes, actor: Actor): Promise<boolean>
  /** Takes the code of a time step: of any number at once one is told true, and only for a step newer than the last. */
  takeStep(found: SecondFactor, step: number): Promise<boolean>
  /** Takes a recovery code by its hash: of any number at once one is told true. */
  takeRecoveryCode(owner: Owner, hash: string, now: Date, actor: Actor): Promise<boolean>
  /** Writes a wrong or used code into the audit. */
  recordRefusal(owner: Owner, actor: Actor): Promise<void>
  /** Puts new codes in place of all earlier ones. False without a factor in force. */
  replaceRecoveryCodes(owner: Owner, hashes: readonly string[], actor: Actor): Promise<boolean>
  countRecoveryCodes(userId: number): Promise<number>
  /** Takes the factor and its recovery codes away. False without a factor in force. */
  remove(owner: Owner, actor: Actor): Promise<boolean>
}

export type Codes = { owner: Owner; hashes: readonly string[]; now: Date }

export function createSecondFactorsRepository(database: Database): SecondFactorsRepository {
  return {
    async find(userId) {
      const row = await database.secondFactor.findUnique({ where: { userId } })
      if (row === null) return null
      const { secret, confirmedAt, lastStep } = row
      return { userId, secret, confirmed: confirmedAt !== null, lastStep: Number(lastStep) }
    },

    enrol: (owner, secret, now, actor) =>
      inTransaction(database, async (tx) => {
        const sealed = Buffer.from(secret)
        await tx.$executeRaw`INSERT INTO second_factors (user_id, secret, created_at)
          VALUES (${owner.id}, ${sealed}, ${now})
          ON DUPLICATE KEY UPDATE secret = IF(confirmed_at IS NULL, ${sealed}, secret),
            created_at = IF(confirmed_at IS NULL, ${now}, created_at)`
        const { confirmedAt } = await tx.secondFactor.findUniqueOrThrow({ where: { userId: owner.id } })
        if (confirmedAt !== null) return false
        await recordChange(tx, deedOf(owner, actor, 'enrolled'))
        return true
      }),

    confirm: ({ userId, secret }, step, { owner, hashes, now }, actor) =>
      inTransaction(database, async (tx) => {
        const { count } = await tx.secondFactor.updateMany({
          where: { userId, secret: Buffer.from(secret), confirmedAt: null },
          data: { confirmedAt: now, lastStep: step },
        })
        if (count === 0) return false
        await writeCodes(tx, userId, hashes)
        await recordChange(tx, deedOf(owner, actor, 'confirmed'))
        return true
      }),

    async takeStep({ userId, secret }, step) {
      const { count } = await database.secondFactor.updateMany({
        where: { userId, secret: Buffer.from(secret), confirmedAt: { not: null }, lastStep: { lt: step } },
        data: { lastStep: step },
      })
      return count === 1
    },

    takeRecoveryCode: (owner, hash, now, actor) =>
      inTransaction(database, async (tx) => {
        const { count } = await tx.recoveryCode.updateMany({
          where: { userId: owner.id, hash, usedAt: null },
          data: { usedAt: now },
        })
        if (count === 0) return false
        await recordChange(tx, deedOf(owner, actor, 'recovery_code_used'))
        return true
      }),

    recordRefusal: (owner, actor) =>
      inTransaction(database, (tx) => recordChange(tx, deedOf(owner, actor, 'refused'))),

    replaceRecoveryCodes: (owner, hashes, actor) =>
      inTransaction(database, async (tx) => {
        if (!(await lockConfirmed(tx, owner.id))) return false
        await writeCodes(tx, owner.id, hashes)
        await recordChange(tx, deedOf(owner, actor, 'recovery_codes_replaced'))
        return true
      }),

    countRecoveryCodes: (userId) => database.recoveryCode.count({ where: { userId, usedAt: null } }),

    remove: (owner, actor) =>
      inTransaction(database, async (tx) => {
        if (!(await lockConfirmed(tx, owner.id))) return false
        await tx.recoveryCode.deleteMany({ where: { userId: owner.id } })
        await tx.secondFactor.delete({ where: { userId: owner.id } })
        await recordChange(tx, deedOf(owner, actor, 'removed'))
        return true
      }),
  }
}

/** Whoever changes a factor in force, or its codes, does so alone. */
async function lockConfirmed(tx: Transaction, userId: number): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    SELECT user_id FROM second_factors WHERE user_id = ${userId} AND confirmed_at IS NOT NULL FOR UPDATE`
  return rows.length === 1
}

async function writeCodes(tx: Transaction, userId: number, hashes: readonly string[]): Promise<void> {
  await tx.recoveryCode.deleteMany({ where: { userId } })
  await tx.recoveryCode.createMany({ data: hashes.map((hash) => ({ userId, hash })) })
}

function deedOf({ id, tenantId }: Owner, actor: Actor, done: string) {
  return {
    deed: { tenantId, actor: { ...actor, id }, action: `second_factor.${done}`, subject: `user:${id}` },
  }
}
