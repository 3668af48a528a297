import type { PoolConnection } from '@werk/shared/database/pool'
import type { TicketStatus } from './ticket-status.ts'

/** Who changes something. InvGate and the service itself have no account and come from no address. */
export type Actor = {
  kind: 'person' | 'invgate' | 'service'
  /** The account's number; null where there is none. */
  id: number | null
  /** The login name, folded; null for whoever is no person. */
  key: string | null
  /** As people are to be called in a message. */
  name: string
  address: string | null
  requestId: string | null
}

/** What others need of a ticket that something happened to, as it is afterwards. */
export type TicketOfEvent = {
  /** UUID. */
  id: string
  tenantId: number
  title: string
  status: TicketStatus
  priority: string
  category: string
  /** The requester's account; null where there is none that is known. */
  userId: number | null
  /** The requester's login name, folded; empty where nobody is known. */
  creatorKey: string
  /** The assigned agent's account. */
  agentId: number | null
  escalationLevel: number
}

/**
 * Something that happened to a ticket and that others are told of: by notifications in app, e-mail, webhooks.
 * It is told in the transaction of its cause, so that both are there or neither.
 */
export type TicketEvent = { ticket: TicketOfEvent; actor: Actor; at: Date } & (
  | { kind: 'ticket.created' }
  | { kind: 'ticket.replied'; reply: { id: string; message: string; internal: boolean; mentions: number[] } }
  | { kind: 'ticket.status_changed'; from: TicketStatus }
  | { kind: 'ticket.assigned'; from: number | null }
  | { kind: 'ticket.escalated'; level: number }
)

/** Writes down, within the transaction, who is to be told of it and how. */
export type TellOthers = (tx: PoolConnection, event: TicketEvent) => Promise<void>
