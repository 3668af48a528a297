import type { AuditWire } from './audit.schemas.ts'
import type { HashedEntry } from './audit-entry.ts'

/** The one place that maps audit entries to the wire. */
export function toWireEntry(entry: HashedEntry): AuditWire {
  return {
    seq: entry.seq,
    at: entry.at.toISOString(),
    tenant_id: entry.tenantId,
    actor_id: entry.actorId,
    actor: entry.actor,
    action: entry.action,
    subject: entry.subject,
    address: entry.address,
    request_id: entry.requestId,
    details: entry.details === null ? null : (JSON.parse(entry.details) as Record<string, unknown>),
    previous_hash: entry.previousHash,
    hash: entry.hash,
  }
}
