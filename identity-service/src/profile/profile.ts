import type { Role } from '@werk/shared/auth/principal'
import type { OwnTeam } from '../teams/own-teams.repository.ts'

/** What a person sees of the own account. */
export type Profile = {
  id: number
  tenantId: number
  name: string
  lastName: string
  email: string | null
  username: string | null
  role: Role
  teams: OwnTeam[]
  createdAt: Date
  lastLoginAt: Date | null
}

export type ProfileChanges = Partial<Pick<Profile, 'name' | 'lastName'>>
