/** Who does something, and from where. A service that acts by itself has no account and no address. */
export type Actor = {
  /** the account's number */
  id: number | null
  /** the login name that was given, right or wrong */
  name: string | null
  address: string | null
  requestId: string | null
  /** how the client names itself: User-Agent */
  device: string | null
}

/** An entry of the append-only audit, as it is hashed. */
export type AuditEntry = {
  seq: number
  at: Date
  tenantId: number
  actorId: number | null
  actor: string | null
  /** `<feature>.<what happened>`, such as `session.opened` */
  action: string
  /** To what it was done, such as `user:17`. */
  subject: string
  address: string | null
  requestId: string | null
  /** canonical JSON */
  details: string | null
  /** SHA-256 of the entry before, in hex; zeros for the first */
  previousHash: string
}

export type AuditFilter = {
  action: string | null
  actorId: number | null
  subject: string | null
  /** inclusive */
  from: Date | null
  /** exclusive */
  to: Date | null
}

export type HashedEntry = AuditEntry & { hash: string }

/** What the head says of the last entry. */
export type AuditHead = { seq: number; hash: string }

export const theService: Actor = { id: null, name: null, address: null, requestId: null, device: null }
