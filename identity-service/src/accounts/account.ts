import type { Role } from '@werk/shared/auth/principal'

/** A person who can log in, through any dialect. At least one of `email` and `username` is set. */
export type Account = {
  id: number
  tenantId: number
  name: string
  lastName: string
  email: string | null
  username: string | null
  role: Role
  active: boolean
  tenantActive: boolean
  invgateId: number | null
  passwordHash: string
  /** Counts the times that all its sessions were ended. */
  sessionEpoch: number
}

export type NewAccount = Pick<
  Account,
  'tenantId' | 'name' | 'lastName' | 'email' | 'username' | 'role' | 'passwordHash'
> & {
  active?: boolean
  /** The account at an OpenID provider that it is made for. */
  identity?: { issuer: string; subject: string }
}
