import { type NumberPage, type NumberPageAsked, numberPageOf } from '../paging/number-page.ts'
import type { AuditRepository } from './audit.repository.ts'
import type { AuditEntry, AuditFilter } from './audit-entry.ts'

export type ReadAudit = (
  tenantId: number,
  filter: AuditFilter,
  page: NumberPageAsked,
) => Promise<NumberPage<AuditEntry>>

/** What was done to the tickets and settings of a tenant, newest first. */
export function createReadAudit({ audit }: { audit: AuditRepository }): ReadAudit {
  return async (tenantId, filter, { cursor, limit }) => {
    const found = await audit.list(tenantId, filter, { cursor, limit: limit + 1 })
    return numberPageOf(found, limit, ({ seq }) => seq)
  }
}
