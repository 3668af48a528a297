import type { SlaState } from '../sla/sla-clock.ts'
import type { DeskPart } from './desk-ticket.ts'
import type { Attachment, NewTicket, Ticket } from './ticket.ts'
import { type TicketStatus, ticketStatuses } from './ticket-status.ts'

/** The one place that maps tickets and attachments to the database's columns and back. */

const columnsOfTicket = {
  id: 'id',
  tenantId: 'tenant_id',
  invGateId: 'inv_gate_id',
  sourceId: 'source_id',
  creatorId: 'creator_id',
  customerId: 'customer_id',
  categoryId: 'category_id',
  typeId: 'type_id',
  priorityId: 'priority_id',
  title: 'title',
  description: 'description',
  creatorEmail: 'creator_email',
  creatorKey: 'creator_key',
  userId: 'user_id',
  status: 'status',
  createdAt: 'created_at',
  updatedAt: 'updated_at',
  agentId: 'agent_id',
  assignedId: 'assigned_id',
  assignedGroupId: 'assigned_group_id',
  closedAt: 'closed_at',
  syncedAt: 'synced_at',
} as const satisfies Record<keyof Ticket, string>

const columnsOfDeskPart = {
  origin: 'origin',
  category: 'category',
  priority: 'priority',
  memberId: 'member_id',
  attachmentUrl: 'attachment_url',
  invGateStatusId: 'inv_gate_status_id',
} as const satisfies Record<keyof Omit<DeskPart, 'sla'>, string>

/** Also in the order of `slaValues`. */
export const slaColumns = [
  'sla_response_minutes',
  'sla_resolution_minutes',
  'response_due_at',
  'resolution_due_at',
  'first_response_at',
  'sla_stopped_at',
  'next_escalation_at',
  'escalation_level',
] as const

const columnsOfAttachment = {
  id: 'id',
  ticketId: 'ticket_id',
  filename: 'filename',
  declaredType: 'declared_type',
  sniffedType: 'sniffed_type',
  size: 'size',
  sha256: 'sha256',
  createdAt: 'created_at',
} as const satisfies Record<keyof Attachment, string>

export const ticketColumns = Object.values(columnsOfTicket).join(', ')
export const attachmentColumns = Object.values(columnsOfAttachment).join(', ')
export const insertTicket = insertInto('tickets', [
  ...Object.values(columnsOfTicket),
  ...Object.values(columnsOfDeskPart),
  ...slaColumns,
])
export const insertAttachment = insertInto('attachments', Object.values(columnsOfAttachment))

export function ticketValues(ticket: NewTicket) {
  return [
    ...keysOf(columnsOfTicket).map((key) => ticket[key]),
    ...keysOf(columnsOfDeskPart).map((key) => ticket[key]),
    ...slaValues(ticket.sla),
  ]
}

export function slaValues(sla: SlaState) {
  return [
    sla.responseMinutes,
    sla.resolutionMinutes,
    sla.responseDueAt,
    sla.resolutionDueAt,
    sla.firstResponseAt,
    sla.stoppedAt,
    sla.nextEscalationAt,
    sla.escalationLevel,
  ]
}

export function attachmentValues(attachment: Attachment): Attachment[keyof Attachment][] {
  return keysOf(columnsOfAttachment).map((key) => attachment[key])
}

type TicketRow = {
  id: string
  tenant_id: number
  inv_gate_id: number
  source_id: number
  creator_id: number
  customer_id: number
  category_id: number
  type_id: number
  priority_id: number
  title: string
  description: string
  creator_email: string
  creator_key: string
  user_id: number | null
  status: string
  created_at: Date
  updated_at: Date
  agent_id: number | null
  assigned_id: number | null
  assigned_group_id: number | null
  closed_at: Date | null
  synced_at: Date
}

export function toTicket(row: TicketRow): Ticket {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    invGateId: row.inv_gate_id,
    sourceId: row.source_id,
    creatorId: row.creator_id,
    customerId: row.customer_id,
    categoryId: row.category_id,
    typeId: row.type_id,
    priorityId: row.priority_id,
    title: row.title,
    description: row.description,
    creatorEmail: row.creator_email,
    creatorKey: row.creator_key,
    userId: row.user_id,
    status: toStatus(row.status),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    agentId: row.agent_id,
    assignedId: row.assigned_id,
    assignedGroupId: row.assigned_group_id,
    closedAt: row.closed_at,
    syncedAt: row.synced_at,
  }
}

type AttachmentRow = {
  id: string
  ticket_id: string
  filename: string
  declared_type: string | null
  sniffed_type: string | null
  size: number
  sha256: string
  created_at: Date
}

export function toAttachment(row: AttachmentRow): Attachment {
  return {
    id: row.id,
    ticketId: row.ticket_id,
    filename: row.filename,
    declaredType: row.declared_type,
    sniffedType: row.sniffed_type,
    size: row.size,
    sha256: row.sha256,
    createdAt: row.created_at,
  }
}

export function toStatus(text: string): TicketStatus {
  return ticketStatuses.find((status) => status === text) ?? 'open'
}

function insertInto(table: string, names: readonly string[]): string {
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`
}

function keysOf<T extends object>(object: T): (keyof T)[] {
  return Object.keys(object) as (keyof T)[]
}
