import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'

export type RefusedLogIns = {
  /**
   * Writes a failed log-in into the audit of the account's tenant, or of tenant 1 where there is no such account.
   * @param name the login name that was tried, folded; of any length
   */
  record(name: string, tenantId: number | null, actor: Actor): Promise<void>
}

/** Characters: with `login:` before it, it fits the column. */
const longestName = 300

export function createRefusedLogIns(database: Database): RefusedLogIns {
  return {
    async record(name, tenantId, actor) {
      const subject = `login:${[...name].slice(0, longestName).join('')}`
      // What was typed may be anything, a password in the wrong field among it: the subject says enough.
      const deed = {
        tenantId: tenantId ?? 1,
        actor: { ...actor, name: null },
        action: 'session.refused',
        subject,
      }
      await inTransaction(database, (tx) => recordChange(tx, { deed }))
    },
  }
}
