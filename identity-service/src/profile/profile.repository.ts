import type { Account } from '../accounts/account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import type { ProfileChanges } from './profile.ts'

export type ProfileRepository = {
  /** When the account was made and last logged in. */
  findDates(id: number): Promise<{ createdAt: Date; lastLoginAt: Date | null }>
  change(account: Pick<Account, 'id' | 'tenantId'>, changes: ProfileChanges, actor: Actor): Promise<void>
}

export function createProfileRepository(database: Database): ProfileRepository {
  return {
    findDates: (id) =>
      database.user.findUniqueOrThrow({ where: { id }, select: { createdAt: true, lastLoginAt: true } }),

    async change({ id, tenantId }, changes, actor) {
      await inTransaction(database, async (tx) => {
        await tx.user.update({ where: { id }, data: { ...changes, updatedAt: new Date() } })
        const details = { ...changes }
        const deed = { tenantId, actor, action: 'profile.changed', subject: `user:${id}`, details }
        await recordChange(tx, { changed: [{ entity: 'user', id }], deed })
      })
    },
  }
}
