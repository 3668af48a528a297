import type { Role } from '@werk/shared/auth/principal'

/** An account as its tenant's admins see it. */
export type User = {
  id: number
  tenantId: number
  name: string
  lastName: string
  email: string | null
  username: string | null
  role: Role
  active: boolean
  invgateId: number | null
  createdAt: Date
  updatedAt: Date
  lastLoginAt: Date | null
}

export type UserChanges = Partial<Pick<User, 'name' | 'lastName' | 'role' | 'active'>>

export type UserFilter = {
  /** part of a name, e-mail or username, in any case */
  q: string | null
  role: Role | null
  active: boolean | null
}

/** Who may change accounts of tenant 1's admins must leave one. */
export const isActiveAdmin = ({ role, active }: Pick<User, 'role' | 'active'>): boolean =>
  role === 'admin' && active
