export type Dialect = 'werk' | 'tixgo' | 'workpulse'

/** A log-in. Its tokens name it by `sid`, and end with it. */
export type Session = {
  id: string
  userId: number
  dialect: Dialect
  createdAt: Date
  /** When the person last proved who it is: at the log-in, or by giving the password again. */
  provedAt: Date
  lastUsedAt: Date
  /** Unless it is used until then, it ends. Never after `expiresAt`. */
  idleExpiresAt: Date
  /** However much it is used, it ends then. */
  expiresAt: Date
  endedAt: Date | null
  address: string | null
  device: string | null
}

/** Why a session ended, as the audit tells it. */
export type EndReason =
  | 'log-out'
  | 'ended by its owner'
  | 'password changed'
  | 'refresh token reused'
  | 'account changed'
  | 'ended by an admin'
