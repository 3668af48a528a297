import type { AuditWire } from './audit.schemas.ts'
import type { AuditEntry } from './audit-entry.ts'

/** The one place that maps audit entries to the wire. */
export function toWireEntry(tenantId: number, entry: AuditEntry): AuditWire {
  return {
    seq: entry.seq,
    at: entry.at.toISOString(),
    tenant_id: tenantId,
    actor_id: entry.actorId,
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    address: entry.address,
    request_id: entry.requestId,
    details: entry.details,
  }
}
