import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import type { Session } from './session.ts'

export type SessionsRepository = {
  /** Writes a session that a log-in or a registration opens, and that into the audit. */
  open(session: Session, tenantId: number, actor: Actor): Promise<void>
}

export function createSessionsRepository(database: Database): SessionsRepository {
  return {
    async open(session, tenantId, actor) {
      const { id, userId, dialect, createdAt } = session
      await inTransaction(database, async (tx) => {
        // The account first: writing the session shares a lock on it, which two at once could not both make their own.
        await tx.user.update({ where: { id: userId }, data: { lastLoginAt: createdAt } })
        await tx.session.create({ data: session })
        const opened = {
          action: 'session.opened',
          subject: `user:${userId}`,
          details: { dialect, session: id },
        }
        await recordChange(tx, { deed: { tenantId, actor: { ...actor, id: userId }, ...opened } })
      })
    },
  }
}
