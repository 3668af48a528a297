import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { Actor } from '../tickets/ticket-event.ts'
import type { AuditEntry, AuditFilter } from './audit-entry.ts'

/** Somebody changed something. `details` never holds a secret. */
export type Deed = {
  tenantId: number
  actor: Actor
  at: Date
  /** `<feature>.<what happened>`, such as `ticket.status_changed`. */
  action: string
  /** To what, such as `ticket:<uuid>`. */
  subject: string
  details: Record<string, unknown>
}

/** In the transaction of the deed, so that neither is there without the other. */
export async function appendAudit(tx: PoolConnection, deed: Deed): Promise<void> {
  const { actor } = deed
  await tx.execute(
    `INSERT INTO audit_entries (at, tenant_id, actor_id, actor, action, subject, address, request_id, details)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      deed.at,
      deed.tenantId,
      actor.id,
      actor.key ?? actor.kind,
      deed.action,
      deed.subject,
      actor.address,
      actor.requestId,
      JSON.stringify(deed.details),
    ],
  )
}

export type AuditRepository = {
  /** Of one tenant, newest first: what is older than the cursor. */
  list(
    tenantId: number,
    filter: AuditFilter,
    page: { cursor: number | null; limit: number },
  ): Promise<AuditEntry[]>
}

type Row = Omit<AuditEntry, 'details'> & { details: string }

export function createAuditRepository(pool: Pool): AuditRepository {
  return {
    async list(tenantId, { subject, action, actorId }, { cursor, limit }) {
      const conditions: [string, unknown][] = [['tenant_id = ?', tenantId]]
      if (cursor !== null) conditions.push(['seq < ?', cursor])
      if (subject !== null) conditions.push(['subject = ?', subject])
      if (action !== null) conditions.push(['action = ?', action])
      if (actorId !== null) conditions.push(['actor_id = ?', actorId])
      const rows = await pool.query<Row[]>(
        `SELECT seq, at, actor_id AS actorId, actor, action, subject, address, request_id AS requestId, details
          FROM audit_entries WHERE ${conditions.map(([sql]) => sql).join(' AND ')} ORDER BY seq DESC LIMIT ?`,
        [...conditions.map(([, value]) => value), limit],
      )
      return rows.map((row) => ({ ...row, details: JSON.parse(row.details) }))
    },
  }
}
