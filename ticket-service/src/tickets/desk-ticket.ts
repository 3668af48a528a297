import type { SlaState } from '../sla/sla-clock.ts'
import type { TicketCategory, TicketPriority } from './ticket-kinds.ts'
import type { TicketStatus } from './ticket-status.ts'

/** Where a ticket was raised. */
export type Origin = 'here' | 'invgate'

/** What the help desk keeps of a ticket that InvGate does not have. */
export type DeskPart = {
  origin: Origin
  category: TicketCategory
  priority: TicketPriority
  /** The account of whom the ticket is about: mostly the requester's own. */
  memberId: number | null
  attachmentUrl: string | null
  /** InvGate's status when it was last looked at: only what changed there since is taken over. */
  invGateStatusId: number | null
  sla: SlaState
}

/** A ticket as the help desk sees it, whichever dialect it was raised in. */
export type DeskTicket = Omit<DeskPart, 'invGateStatusId'> & {
  /** UUIDv7. */
  id: string
  tenantId: number
  /** Null until InvGate has it. */
  invGateId: number | null
  /** The requester's account; null for a token without one. */
  userId: number | null
  creatorEmail: string
  creatorKey: string
  /** The assigned agent's account. */
  agentId: number | null
  title: string
  description: string
  status: TicketStatus
  /** Since when it waits for its requester; null when it does not. */
  waitingSince: Date | null
  /** The ticket that took it in. */
  mergedInto: string | null
  closedAt: Date | null
  /** Counts the changes; the ETag. */
  version: number
  createdAt: Date
  updatedAt: Date
}

/** What a change may set. The version and `updatedAt` follow by themselves. */
export type ChangedFields = Partial<
  Pick<
    DeskTicket,
    | 'status'
    | 'agentId'
    | 'category'
    | 'priority'
    | 'title'
    | 'description'
    | 'waitingSince'
    | 'mergedInto'
    | 'closedAt'
    | 'sla'
  >
>
