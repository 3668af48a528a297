/** What InvGate still has to be told of a ticket that it has. */
export type MirrorJob = {
  id: number
  ticketId: string
  kind: 'reply' | 'state'
  replyId: string | null
  /** When InvGate was last sent something for it that may have taken effect; null: never. */
  sentAt: Date | null
  /** How often a worker had it, this time not counted. */
  attempts: number
  lastError: string | null
}

/** One that never comes due by itself again. */
export type ParkedJob = MirrorJob & { tenantId: number; invGateId: number | null; createdAt: Date }
