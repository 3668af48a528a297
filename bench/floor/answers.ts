import Type from 'typebox'
import type { Incident } from './desk.ts'
import type { AttachmentRow, TicketRow } from './sql.ts'

const ticketFields = {
  id: Type.Integer(),
  title: Type.String(),
  description: Type.String(),
  source_id: Type.Integer(),
  creator_id: Type.Integer(),
  customer_id: Type.Integer(),
  category_id: Type.Integer(),
  type_id: Type.Integer(),
  priority_id: Type.Integer(),
  creator_email: Type.String(),
  status: Type.String(),
  created_at: Type.String(),
  updated_at: Type.String(),
}

const attachment = Type.Object({
  id: Type.String(),
  filename: Type.String(),
  content_type: Type.String(),
  size: Type.Integer(),
  sha256: Type.String(),
  url: Type.String(),
})

export const detailSchema = Type.Object({ ...ticketFields, attachments: Type.Array(attachment) })
export const listSchema = Type.Object({
  page_key: Type.Union([Type.String(), Type.Null()]),
  data: Type.Array(Type.Object(ticketFields)),
})
export const createdSchema = Type.Object({ id: Type.Integer() }, { additionalProperties: true })

export function toDetail(ticket: TicketRow, attachments: AttachmentRow[]) {
  return { ...toTicket(ticket), attachments: attachments.map(toAttachment) }
}

export function toPage(rows: TicketRow[]) {
  const page = rows.slice(0, 20)
  const lastId = rows.length > 20 ? page.at(-1)?.inv_gate_id : undefined
  const pageKey =
    lastId === undefined ? null : Buffer.from(JSON.stringify({ last_id: lastId })).toString('base64')
  return { page_key: pageKey, data: page.map(toTicket) }
}

export function toCreated(ticket: TicketRow, incident: Incident) {
  const { updated_at: _, ...fields } = toTicket(ticket)
  return { ...fields, ...incident }
}

function toTicket(row: TicketRow) {
  return {
    id: row.inv_gate_id,
    title: row.title,
    description: row.description,
    source_id: row.source_id,
    creator_id: row.creator_id,
    customer_id: row.customer_id,
    category_id: row.category_id,
    type_id: row.type_id,
    priority_id: row.priority_id,
    creator_email: row.creator_email,
    status: row.status,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  }
}

function toAttachment(row: AttachmentRow) {
  return {
    id: row.id,
    filename: row.filename,
    content_type: row.sniffed_type ?? row.declared_type ?? 'application/octet-stream',
    size: row.size,
    sha256: row.sha256,
    url: `/tickets/${row.ticket_id}/attachments/${row.id}`,
  }
}
