import { type InvGateEffect, InvGateError } from '@werk/shared/invgate/invgate-error'
import type { Attachment, Ticket } from '../tickets/ticket.ts'
import type { StatusMap } from '../tickets/ticket-status.ts'
import type { Draft, DraftFile } from './ticket-intent.ts'

export type CreatedIncident = { id: number; payload: Record<string, unknown> }

/** The ticket and its attachments, now that InvGate has them. */
export function completeDraft(draft: Draft, created: CreatedIncident, now: Date, statusOf: StatusMap) {
  const ticket: Ticket = {
    ...draft.ticket,
    invGateId: created.id,
    status: statusOf(statusIdOf(created)) ?? 'open',
    agentId: null,
    assignedId: null,
    assignedGroupId: null,
    closedAt: null,
    updatedAt: draft.ticket.createdAt,
    syncedAt: now,
  }
  return { ticket, attachments: draft.files.map((file) => toAttachment(file, ticket)) }
}

/** InvGate's status, where its answer names one. */
export function statusIdOf({ payload }: CreatedIncident): number | null {
  const id = Number(payload.status_id)
  return Number.isSafeInteger(id) && id > 0 ? id : null
}

/** As the InvGate client wants files. */
export function toIncidentFile({ path, filename, size, sniffedType, declaredType }: DraftFile) {
  return { path, filename, size, contentType: sniffedType ?? declaredType ?? 'application/octet-stream' }
}

/** What a failed create can have done. Of a failure that is not InvGate's nobody can say. */
export function effectOf(error: unknown): InvGateEffect {
  return error instanceof InvGateError ? error.effect : 'possible'
}

function toAttachment(file: DraftFile, ticket: Ticket): Attachment {
  const { id, filename, declaredType, sniffedType, size, sha256 } = file
  return {
    id,
    ticketId: ticket.id,
    filename,
    declaredType,
    sniffedType,
    size,
    sha256,
    createdAt: ticket.createdAt,
  }
}
