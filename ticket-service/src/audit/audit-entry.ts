/** Who changed what; never changed itself. */
export type AuditEntry = {
  seq: number
  at: Date
  actorId: number | null
  actor: string
  action: string
  subject: string
  address: string | null
  requestId: string | null
  details: Record<string, unknown>
}

/** What it is narrowed to; null does not narrow. */
export type AuditFilter = { subject: string | null; action: string | null; actorId: number | null }
