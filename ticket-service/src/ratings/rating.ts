/** How content a requester was with how their ticket was done. */
export type Rating = {
  /** UUIDv7. */
  id: string
  ticketId: string
  /** 1 to 5. */
  score: number
  comment: string | null
  createdAt: Date
  updatedAt: Date
  /** When the ticket was taken up again; null while it is done, as far as is known. */
  endedAt: Date | null
}

/** From 1 to 5, how often each was given. */
export type Distribution = [number, number, number, number, number]
