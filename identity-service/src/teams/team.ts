import type { Role } from '@werk/shared/auth/principal'

export type Team = {
  id: number
  tenantId: number
  name: string
  createdAt: Date
  members: number
  /** Whether whoever asks is one of them. */
  mine: boolean
}

export type TeamMember = {
  id: number
  name: string
  lastName: string
  email: string | null
  username: string | null
  role: Role
  active: boolean
  lead: boolean
  addedAt: Date
}

export type MemberMetrics = {
  /** when one of the member's sessions was used last */
  lastSeenAt: Date | null
  activeSessions: number
  logIns30Days: number
}
