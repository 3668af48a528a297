import type { Database } from '../infrastructure/database.ts'
import type { AuditFilter, AuditHead, HashedEntry } from './audit-entry.ts'

/** Reads alone: only `recordChange` writes. */
export type AuditRepository = {
  /** Of one tenant, newest first: what is older than the cursor. */
  list(
    tenantId: number,
    filter: AuditFilter,
    page: { cursor: number | null; limit: number },
  ): Promise<HashedEntry[]>
  /** Of all tenants, oldest first. */
  readAfter(seq: number, limit: number): Promise<HashedEntry[]>
  readHead(): Promise<AuditHead>
}

export function createAuditRepository(database: Database): AuditRepository {
  return {
    async list(tenantId, { action, actorId, subject, from, to }, { cursor, limit }) {
      const rows = await database.auditEntry.findMany({
        where: {
          tenantId,
          ...(cursor !== null && { seq: { lt: cursor } }),
          ...(action !== null && { action }),
          ...(actorId !== null && { actorId }),
          ...(subject !== null && { subject }),
          at: { ...(from !== null && { gte: from }), ...(to !== null && { lt: to }) },
        },
        orderBy: { seq: 'desc' },
        take: limit,
      })
      return rows.map(toEntry)
    },

    async readAfter(seq, limit) {
      const where = { seq: { gt: seq } }
      const rows = await database.auditEntry.findMany({ where, orderBy: { seq: 'asc' }, take: limit })
      return rows.map(toEntry)
    },

    async readHead() {
      const { seq, mark } = await database.ledgerHead.findUniqueOrThrow({ where: { name: 'audit' } })
      return { seq: Number(seq), hash: mark }
    },
  }
}

type Row = Omit<HashedEntry, 'seq' | 'actorId'> & { seq: bigint; actorId: bigint | null }

function toEntry({ seq, actorId, ...row }: Row): HashedEntry {
  return { ...row, seq: Number(seq), actorId: actorId === null ? null : Number(actorId) }
}
