import type { Static } from 'typebox'
import type { StoredAnswer } from '../intents/keys.ts'
import type { TicketRequest } from './create-ticket.ts'
import type { TicketDetail } from './get-ticket.ts'
import type { Attachment, Ticket } from './ticket.ts'
import type { TicketFields, WerkTicket, WerkTicketDetail } from './werk-tickets.schemas.ts'

/** The one place that maps tickets to the Werk dialect and back. */

export function toTicketRequest(fields: TicketFields): TicketRequest {
  return {
    title: fields.title,
    description: fields.description,
    sourceId: fields.source_id,
    creatorId: fields.creator_id,
    customerId: fields.customer_id,
    categoryId: fields.category_id,
    typeId: fields.type_id,
    priorityId: fields.priority_id,
  }
}

/** The 201: InvGate's own payload, completed where it leaves something out. Its bytes are kept for a replay. */
export function renderCreatedTicket(ticket: Ticket, payload: Record<string, unknown>): StoredAnswer {
  const body = { ...fieldsOf(ticket), status: ticket.status, ...payload, id: ticket.invGateId }
  return {
    status: 201,
    contentType: 'application/json; charset=utf-8',
    body: Buffer.from(JSON.stringify(body)),
  }
}

export function toWerkTicket(ticket: Ticket): Static<typeof WerkTicket> {
  return {
    id: ticket.invGateId,
    ...fieldsOf(ticket),
    status: ticket.status,
    updated_at: ticket.updatedAt.toISOString(),
  }
}

export function toWerkTicketDetail({ ticket, attachments }: TicketDetail): Static<typeof WerkTicketDetail> {
  return { ...toWerkTicket(ticket), attachments: attachments.map((attachment) => toWire(attachment)) }
}

function fieldsOf(ticket: Ticket) {
  return {
    title: ticket.title,
    description: ticket.description,
    source_id: ticket.sourceId,
    creator_id: ticket.creatorId,
    customer_id: ticket.customerId,
    category_id: ticket.categoryId,
    type_id: ticket.typeId,
    priority_id: ticket.priorityId,
    creator_email: ticket.creatorEmail,
    created_at: ticket.createdAt.toISOString(),
  }
}

function toWire({ id, ticketId, filename, declaredType, sniffedType, size, sha256 }: Attachment) {
  const contentType = sniffedType ?? declaredType ?? 'application/octet-stream'
  return {
    id,
    filename,
    content_type: contentType,
    size,
    sha256,
    url: `/tickets/${ticketId}/attachments/${id}`,
  }
}
