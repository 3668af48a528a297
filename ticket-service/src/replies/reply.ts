import type { Origin } from '../tickets/desk-ticket.ts'

/** What somebody wrote about a ticket, here or in InvGate. */
export type Reply = {
  /** UUIDv7. */
  id: string
  ticketId: string
  origin: Origin
  /** The author's account; null where none is known. */
  userId: number | null
  authorName: string
  /** The author's user in InvGate; null until it is known. */
  authorId: number | null
  message: string
  /** Among those who answer the ticket; not for its requester. */
  internal: boolean
  isSolution: boolean
  attachmentUrl: string | null
  /** Null until InvGate has it. */
  invGateCommentId: number | null
  createdAt: Date
}
