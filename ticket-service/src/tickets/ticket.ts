import type { DeskPart } from './desk-ticket.ts'
import type { TicketStatus } from './ticket-status.ts'

/** The local mirror of one of InvGate's incidents. */
export type Ticket = {
  /** UUIDv7. */
  id: string
  tenantId: number
  invGateId: number
  sourceId: number
  creatorId: number
  customerId: number
  categoryId: number
  typeId: number
  priorityId: number
  title: string
  description: string
  /** The login name in the token of whoever raised it. */
  creatorEmail: string
  /** The same, folded: what the ticket is found by. */
  creatorKey: string
  /** The creator's account number; null for a token without one. */
  userId: number | null
  status: TicketStatus
  createdAt: Date
  updatedAt: Date
  /** The assigned agent's account. */
  agentId: number | null
  /** The agent and the help desk in InvGate. */
  assignedId: number | null
  assignedGroupId: number | null
  closedAt: Date | null
  /** When InvGate was last seen to agree. */
  syncedAt: Date
}

/** A ticket before InvGate has it. */
export type TicketDraft = Omit<Ticket, 'invGateId' | 'agentId' | keyof MirroredState | 'syncedAt'>

/** A ticket as it is first written; InvGate may not have it yet. */
export type NewTicket = Omit<Ticket, 'invGateId'> & { invGateId: number | null } & DeskPart

type MirroredState = Pick<Ticket, 'status' | 'assignedId' | 'assignedGroupId' | 'closedAt' | 'updatedAt'>

export type Attachment = {
  /** UUIDv7. */
  id: string
  ticketId: string
  filename: string
  declaredType: string | null
  sniffedType: string | null
  /** Bytes. */
  size: number
  /** Hex; the name of the content in the attachment store. */
  sha256: string
  createdAt: Date
}

/** What InvGate may change by itself. */
export type MirroredFields = Pick<
  Ticket,
  'title' | 'description' | 'categoryId' | 'priorityId' | 'typeId' | keyof MirroredState
>
