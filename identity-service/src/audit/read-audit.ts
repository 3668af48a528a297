import { type Page, type PageAsked, readPage } from '../administration/page.ts'
import type { AuditRepository } from './audit.repository.ts'
import type { AuditFilter, HashedEntry } from './audit-entry.ts'

export type ReadAudit = (tenantId: number, filter: AuditFilter, page: PageAsked) => Promise<Page<HashedEntry>>

/** What was done to the accounts, teams and settings of a tenant, newest first. */
export function createReadAudit({ audit }: { audit: Pick<AuditRepository, 'list'> }): ReadAudit {
  return (tenantId, filter, page) =>
    readPage(
      page,
      (asked) => audit.list(tenantId, filter, asked),
      ({ seq }) => seq,
    )
}
