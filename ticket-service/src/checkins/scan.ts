/**
 * Of an event or a ticket, given by whoever sells tickets. 5 and "5" are the same; each caller gets back what it sent.
 * Text of 1 to 190 characters, or a safe integer that is not negative.
 */
export type ForeignId = string | number

export type EventRef = { tenantId: number; eventId: ForeignId }
export type TicketRef = EventRef & { ticketId: ForeignId }

/** `undo` takes back the check-in before it. */
export const directions = ['in', 'out', 'undo'] as const
export type Direction = (typeof directions)[number]

/** What a scan did, whoever asks for it. */
export type Scan = { direction: Direction; by: string; at: Date }

/** What somebody at a gate asks for. */
export type WantedScan = TicketRef & {
  direction: Direction
  /** The `sub` of the token. */
  by: string
  /** Made by the client: the same one again is the same scan. */
  nonce: string | null
  /** When it was made without a connection; null for one that is made now. */
  scannedAt: Date | null
}

/** A scan as it is written down; a ticket's scans are counted by `seq`, from 1. */
export type NewScan = TicketRef &
  Scan & { id: string; seq: number; recordedAt: Date; offline: boolean; nonce: string | null }

/** How an event's totals change: tickets that were checked in, and those of them that are in now. */
export type TotalsChange = { checkedIn: -1 | 0 | 1; inside: -1 | 1 }

export const isSameTicket = (a: TicketRef, b: TicketRef): boolean =>
  a.tenantId === b.tenantId &&
  String(a.eventId) === String(b.eventId) &&
  String(a.ticketId) === String(b.ticketId)
