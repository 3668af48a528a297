import type { MirrorFailureWire } from './mirror-failures.schemas.ts'
import type { ParkedJob } from './mirror-job.ts'

/** The one place that maps parked jobs to the wire. */
export function toWireFailure(job: ParkedJob): MirrorFailureWire {
  return {
    id: job.id,
    kind: job.kind,
    ticket_id: job.ticketId,
    inv_gate_id: job.invGateId,
    reply_id: job.replyId,
    attempts: job.attempts,
    last_error: job.lastError,
    sent_at: job.sentAt?.toISOString() ?? null,
    created_at: job.createdAt.toISOString(),
  }
}
