import type { Actor } from '../audit/audit-entry.ts'
import { memberNotFound, memberUnknown, teamNameTaken, teamNotFound } from './teams.errors.ts'
import type { TeamsRepository } from './teams.repository.ts'

type Needs = { teams: TeamsRepository }
type Of = { tenantId: number; teamId: number }

export type AdministerTeams = {
  /** @returns its id @throws AppError team.taken, idempotency.conflict */
  create(tenantId: number, name: string, actor: Actor, keyId?: string | null): Promise<number>
  /** @throws AppError team.not_found, team.taken */
  rename(of: Of, name: string, actor: Actor): Promise<void>
  /** @throws AppError team.not_found */
  remove(of: Of, actor: Actor): Promise<void>
  /** @throws AppError team.not_found, user.not_found */
  putMember(of: Of, member: { userId: number; lead: boolean }, actor: Actor): Promise<void>
  /** @throws AppError team.not_found, team_member.not_found */
  removeMember(of: Of, userId: number, actor: Actor): Promise<void>
}

/** For the admins of a tenant: another tenant's teams and users are not there. */
export function createAdministerTeams({ teams }: Needs): AdministerTeams {
  return {
    async create(tenantId, name, actor, keyId = null) {
      const id = await teams.insert(tenantId, name, actor, keyId)
      if (id === null) throw teamNameTaken()
      return id
    },

    async rename(of, name, actor) {
      const outcome = await teams.rename(of, name, actor)
      if (outcome === 'unknown') throw teamNotFound()
      if (outcome === null) throw teamNameTaken()
    },

    async remove(of, actor) {
      if (!(await teams.remove(of, actor))) throw teamNotFound()
    },

    async putMember(of, member, actor) {
      if ((await teams.find(of.tenantId, null, of.teamId)) === null) throw teamNotFound()
      if (!(await teams.hasUser(of.tenantId, member.userId))) throw memberUnknown()
      if (!(await teams.putMember(of, member, actor))) throw teamNotFound()
    },

    async removeMember(of, userId, actor) {
      const outcome = await teams.removeMember(of, userId, actor)
      if (outcome === 'unknown') throw teamNotFound()
      if (outcome === 'no member') throw memberNotFound()
    },
  }
}
