import type { Account } from '../accounts/account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import { endSessions, type WhichSessions } from './end-sessions.repository.ts'
import type { Dialect, EndReason, Session } from './session.ts'

export type SessionsRepository = {
  /**
   * Writes a session that a log-in or a registration opens, its first refresh token, and that into the audit.
   * @returns false when the account was deactivated or all its sessions were ended since it was read
   */
  open(session: Session, account: Opener, actor: Actor, refreshHash?: string): Promise<boolean>
  /** An account's sessions that have not ended, the last used one first. */
  findOpen(userId: number, now: Date, limit: number): Promise<Session[]>
  /** Ends sessions of an account and writes that into the audit. @returns how many */
  end(which: WhichSessions, reason: EndReason, actor: Actor): Promise<number>
}

type Opener = Pick<Account, 'tenantId' | 'sessionEpoch'>

export function createSessionsRepository(database: Database): SessionsRepository {
  return {
    async open(session, { tenantId, sessionEpoch }, actor, refreshHash) {
      const { id, userId, dialect, createdAt } = session
      return inTransaction(database, async (tx) => {
        // The account first: writing the session shares a lock on it, which two at once could not both make their own.
        const { count } = await tx.user.updateMany({
          where: { id: userId, sessionEpoch, active: true },
          data: { lastLoginAt: createdAt },
        })
        if (count === 0) return false
        await tx.session.create({ data: session })
        if (refreshHash !== undefined) {
          await tx.refreshToken.create({
            data: { hash: refreshHash, sessionId: id, generation: 0, createdAt },
          })
        }
        const opened = {
          action: 'session.opened',
          subject: `user:${userId}`,
          details: { dialect, session: id },
        }
        await recordChange(tx, { deed: { tenantId, actor: { ...actor, id: userId }, ...opened } })
        return true
      })
    },

    async findOpen(userId, now, limit) {
      const rows = await database.session.findMany({
        where: { userId, endedAt: null, idleExpiresAt: { gt: now } },
        orderBy: [{ lastUsedAt: 'desc' }, { id: 'asc' }],
        take: limit,
        omit: { endReason: true },
      })
      return rows.map((row) => ({ ...row, userId, dialect: row.dialect as Dialect }))
    },

    async end(which, reason, actor) {
      const { userId: id, only } = which
      const owner = await database.user.findUnique({ where: { id }, select: { tenantId: true } })
      if (owner === null) return 0
      return inTransaction(database, async (tx) => {
        const changed = await endSessions(tx, which, reason)
        const details = only === undefined ? { reason, sessions: changed.length } : { reason, session: only }
        const ended = { action: 'session.ended', subject: `user:${id}`, details }
        if (changed.length > 0) await recordChange(tx, { changed, deed: { ...owner, actor, ...ended } })
        return changed.length
      })
    },
  }
}
