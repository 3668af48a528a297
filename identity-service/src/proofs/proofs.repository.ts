import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'

/** Whose proof it is. */
export type Owner = { id: number; tenantId: number }

export type ProofsRepository = {
  /** When the person behind a session last proved who it is; null for a session that is unknown or ended. */
  findProof(sessionId: string): Promise<Date | null>
  /** Remembers a proof, with an entry in the audit. */
  keepProof(owner: Owner, sessionId: string, at: Date, actor: Actor): Promise<void>
  /** Writes a wrong password into the audit. */
  recordRefusal(owner: Owner, actor: Actor): Promise<void>
}

export function createProofsRepository(database: Database): ProofsRepository {
  return {
    async findProof(id) {
      const session = await database.session.findUnique({
        where: { id },
        select: { provedAt: true, endedAt: true },
      })
      return session === null || session.endedAt !== null ? null : session.provedAt
    },

    keepProof: (owner, sessionId, at, actor) =>
      inTransaction(database, async (tx) => {
        await tx.session.updateMany({
          where: { id: sessionId, userId: owner.id, endedAt: null },
          data: { provedAt: at },
        })
        await recordChange(tx, deedOf(owner, actor, 'given', { session: sessionId }))
      }),

    recordRefusal: (owner, actor) =>
      inTransaction(database, (tx) => recordChange(tx, deedOf(owner, actor, 'refused'))),
  }
}

function deedOf({ id, tenantId }: Owner, actor: Actor, done: string, details: Record<string, unknown> = {}) {
  const subject = `user:${id}`
  return { deed: { tenantId, actor: { ...actor, id }, action: `proof.${done}`, subject, details } }
}
