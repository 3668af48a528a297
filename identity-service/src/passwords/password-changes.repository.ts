import type { Account } from '../accounts/account.ts'
import { type Actor, theService } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.repository.ts'
import { endSessions } from '../sessions/end-sessions.repository.ts'

type Owner = Pick<Account, 'id' | 'tenantId'>
type Names = { id: number; email: string | null; username: string | null }

export type PasswordChangesRepository = {
  /**
   * Replaces the password of an account and ends its sessions.
   * @param keptSession goes on; null ends them all
   * @returns false, and changes nothing, when the password was changed since the account was read
   */
  change(
    account: Owner & Pick<Account, 'passwordHash'>,
    renewedHash: string,
    keptSession: string | null,
    actor: Actor,
  ): Promise<boolean>
  /** Leaves a mail for a new password to the worker; one that waits already is the same one. */
  noteForgotten(foldedEmail: string): Promise<void>
  /** Makes the only token that can set a new password of this account. */
  makeResetToken(account: Owner, lifeSeconds: number): Promise<string>
  /** Uses a token up, replaces the password and ends all sessions. Null for a token that does not work (any more). */
  reset(token: string, renewedHash: string, actor: Actor): Promise<Names | null>
}

type Needs = {
  database: Database
  oneTimeTokens: OneTimeTokens
  /** the outbox's jobs that `noteForgotten` leaves */
  jobKind: string
}

const tokenKind = 'password_reset'

export function createPasswordChangesRepository(needs: Needs): PasswordChangesRepository {
  const { database, oneTimeTokens, jobKind } = needs

  /** What follows from a new password, whichever way it came. */
  async function finish(
    tx: Transaction,
    { id, tenantId }: Owner,
    kept: string | null,
    actor: Actor,
    action: string,
  ) {
    await oneTimeTokens.discard(tokenKind, id, tx)
    const which = { userId: id, ...(kept !== null && { except: kept }) }
    const changed = await endSessions(tx, which, 'password changed')
    const details = { sessions_ended: changed.length }
    const deed = { tenantId, actor: { ...actor, id }, action, subject: `user:${id}`, details }
    await recordChange(tx, { changed, deed })
  }

  return {
    change: (account, renewedHash, keptSession, actor) =>
      inTransaction(database, async (tx) => {
        const { id, passwordHash } = account
        const where = { id, password: passwordHash }
        const data = { password: renewedHash, updatedAt: new Date() }
        const { count } = await tx.user.updateMany({ where, data })
        if (count === 0) return false
        await finish(tx, account, keptSession, actor, 'password.changed')
        return true
      }),

    async noteForgotten(foldedEmail) {
      await database.$executeRaw`INSERT INTO outbox_jobs (kind, subject) VALUES (${jobKind}, ${foldedEmail})
        ON DUPLICATE KEY UPDATE kind = kind`
    },

    async makeResetToken({ id, tenantId }, lifeSeconds) {
      await oneTimeTokens.discard(tokenKind, id)
      const token = await oneTimeTokens.make(tokenKind, { userId: id }, lifeSeconds)
      const deed = { tenantId, actor: theService, action: 'password.reset_offered', subject: `user:${id}` }
      await inTransaction(database, (tx) => recordChange(tx, { deed }))
      return token
    },

    reset: (token, renewedHash, actor) =>
      inTransaction(database, async (tx) => {
        const found = await oneTimeTokens.consume(tokenKind, token, tx)
        if (found?.userId == null) return null
        const id = found.userId
        const where = { id, active: true, tenant: { active: true } }
        const account = await tx.user.findFirst({
          where,
          select: { tenantId: true, email: true, username: true },
        })
        if (account === null) return null
        await tx.user.update({ where: { id }, data: { password: renewedHash, updatedAt: new Date() } })
        await finish(tx, { id, tenantId: account.tenantId }, null, actor, 'password.reset')
        return { id, email: account.email, username: account.username }
      }),
  }
}
