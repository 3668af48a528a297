import type { ChangedFields, DeskTicket } from './desk-ticket.ts'
import { toCategory, toPriority } from './ticket-kinds.ts'
import { slaColumns, slaValues, toStatus } from './tickets.rows.ts'

/** The one place that maps the help desk's view of a ticket to the database's columns and back. */

export const deskColumns = [
  ...[
    'id',
    'tenant_id',
    'inv_gate_id',
    'origin',
    'user_id',
    'creator_email',
    'creator_key',
    'member_id',
    'agent_id',
  ],
  ...[
    'title',
    'description',
    'category',
    'priority',
    'status',
    'attachment_url',
    'waiting_since',
    'merged_into',
  ],
  ...['closed_at', 'version', 'created_at', 'updated_at', ...slaColumns],
]
  .map((column) => `t.${column}`)
  .join(', ')

export type DeskTicketRow = {
  id: string
  tenant_id: number
  inv_gate_id: number | null
  origin: string
  user_id: number | null
  creator_email: string
  creator_key: string
  member_id: number | null
  agent_id: number | null
  title: string
  description: string
  category: string
  priority: string
  status: string
  attachment_url: string | null
  waiting_since: Date | null
  merged_into: string | null
  closed_at: Date | null
  version: number
  created_at: Date
  updated_at: Date
  sla_response_minutes: number | null
  sla_resolution_minutes: number | null
  response_due_at: Date | null
  resolution_due_at: Date | null
  first_response_at: Date | null
  sla_stopped_at: Date | null
  next_escalation_at: Date | null
  escalation_level: number
}

export function toDeskTicket(row: DeskTicketRow): DeskTicket {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    invGateId: row.inv_gate_id,
    origin: row.origin === 'invgate' ? 'invgate' : 'here',
    userId: row.user_id,
    creatorEmail: row.creator_email,
    creatorKey: row.creator_key,
    memberId: row.member_id,
    agentId: row.agent_id,
    title: row.title,
    description: row.description,
    category: toCategory(row.category),
    priority: toPriority(row.priority),
    status: toStatus(row.status),
    attachmentUrl: row.attachment_url,
    waitingSince: row.waiting_since,
    mergedInto: row.merged_into,
    closedAt: row.closed_at,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    sla: {
      responseMinutes: row.sla_response_minutes,
      resolutionMinutes: row.sla_resolution_minutes,
      responseDueAt: row.response_due_at,
      resolutionDueAt: row.resolution_due_at,
      firstResponseAt: row.first_response_at,
      stoppedAt: row.sla_stopped_at,
      nextEscalationAt: row.next_escalation_at,
      escalationLevel: row.escalation_level,
    },
  }
}

const columnOfField = {
  status: 'status',
  agentId: 'agent_id',
  category: 'category',
  priority: 'priority',
  title: 'title',
  description: 'description',
  waitingSince: 'waiting_since',
  mergedInto: 'merged_into',
  closedAt: 'closed_at',
} as const satisfies Record<keyof Omit<ChangedFields, 'sla'>, string>

/** Assignments for an UPDATE, with their values. */
export function assignmentsOf({ sla, ...fields }: ChangedFields) {
  const names = (Object.keys(fields) as (keyof typeof fields)[]).filter((name) => fields[name] !== undefined)
  const columns = names.map((name) => columnOfField[name])
  const values = names.map((name) => fields[name])
  if (sla === undefined) return { columns, values }
  return { columns: [...columns, ...slaColumns], values: [...values, ...slaValues(sla)] }
}
