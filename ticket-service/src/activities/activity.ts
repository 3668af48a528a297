/** Something that happened to a ticket, as people are shown it. */
export type Activity = {
  /** UUIDv7; that of the ticket itself for its being raised. */
  id: string
  ticketId: string
  /** The account; null for InvGate, and for the service itself. */
  actorId: number | null
  actorName: string
  action: string
  message: string | null
  /** Not for the requester. */
  internal: boolean
  createdAt: Date
}
