import { AppError } from '@werk/shared/errors/app-error'
import type { TicketFields } from '../custom-fields/get-ticket-fields.ts'
import type { DeskTicket } from './desk-ticket.ts'
import type { TicketWire } from './tickets.schemas.ts'

/** The one place that maps tickets to the Tickets dialect (contract 7). */

export function toWireTicket(ticket: DeskTicket): TicketWire {
  const { sla } = ticket
  return {
    id: ticket.id,
    tenant_id: ticket.tenantId,
    user_id: ticket.userId ?? 0,
    ...(ticket.memberId !== null && { member_id: ticket.memberId }),
    ...(ticket.agentId !== null && { agent_id: ticket.agentId }),
    title: ticket.title,
    category: ticket.category,
    priority: ticket.priority,
    status: ticket.status,
    escalation_level: sla.escalationLevel,
    description: ticket.description,
    ...(ticket.attachmentUrl !== null && { attachment_url: ticket.attachmentUrl }),
    created_at: ticket.createdAt.toISOString(),
    updated_at: ticket.updatedAt.toISOString(),
    ...(ticket.invGateId !== null && { inv_gate_id: ticket.invGateId }),
    creator: ticket.creatorEmail,
    ...(ticket.waitingSince !== null && { waiting_since: ticket.waitingSince.toISOString() }),
    ...(sla.responseDueAt !== null && { response_due_at: sla.responseDueAt.toISOString() }),
    ...(sla.resolutionDueAt !== null && { resolution_due_at: sla.resolutionDueAt.toISOString() }),
    ...(sla.firstResponseAt !== null && { first_response_at: sla.firstResponseAt.toISOString() }),
    ...(ticket.closedAt !== null && { closed_at: ticket.closedAt.toISOString() }),
    ...(ticket.mergedInto !== null && { merged_into: ticket.mergedInto }),
    version: ticket.version,
  }
}

/** A ticket by itself: with its custom fields, where the tenant has any. */
export function toWireDetail(ticket: DeskTicket, fields: TicketFields | null): TicketWire {
  return fields === null ? toWireTicket(ticket) : { ...toWireTicket(ticket), fields }
}

/** A strong validator (RFC 9110, 8.8.3): it changes with every change of the ticket. */
export function etagOf({ version }: Pick<DeskTicket, 'version'>): string {
  return `"${version}"`
}

/**
 * The version that `If-Match` names (RFC 9110, 13.1.1); null without one, or for `*`.
 * @throws AppError ticket.precondition_failed for what is no ETag of ours, as it can match nothing
 */
export function versionOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch.trim() === '*') return null
  const version = /^\s*"([1-9]\d{0,9})"\s*$/.exec(ifMatch)?.[1]
  if (version === undefined)
    throw new AppError('ticket.precondition_failed', 'If-Match must be the ETag of the ticket')
  return Number(version)
}
