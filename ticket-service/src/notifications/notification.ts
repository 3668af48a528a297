import type { TicketEvent } from '../tickets/ticket-event.ts'

export const notificationKinds = [
  'ticket.created',
  'ticket.replied',
  'ticket.status_changed',
  'ticket.assigned',
  'ticket.escalated',
] as const satisfies readonly TicketEvent['kind'][]
export type NotificationKind = (typeof notificationKinds)[number]

/** What one person is told in app. */
export type Notification = {
  /** UUIDv7: the order of ids is the order in time. */
  id: string
  /** One of the kinds, or one of a later version's. */
  kind: string
  /** The ticket's title. */
  title: string
  /** A sentence. */
  message: string
  ticketId: string
  /** Whose doing it was; null for InvGate and the service. */
  actorId: number | null
  readAt: Date | null
  createdAt: Date
}

/** Whose notifications: an account's, of one tenant. */
export type Recipient = { tenantId: number; userId: number }
