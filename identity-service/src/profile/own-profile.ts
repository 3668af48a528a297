import type { Principal } from '@werk/shared/auth/principal'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { OwnTeamsRepository } from '../teams/own-teams.repository.ts'
import { unchangeable } from './profile.errors.ts'
import type { ProfileRepository } from './profile.repository.ts'
import type { Profile, ProfileChanges } from './profile.ts'

type Needs = { getOwnAccount: GetOwnAccount; profiles: ProfileRepository; ownTeams: OwnTeamsRepository }

export type OwnProfile = {
  /** @throws AppError as `GetOwnAccount` */
  get(principal: Principal): Promise<Profile>
  /** @param others fields that the client named besides @throws AppError profile.invalid where there are any */
  change(
    principal: Principal,
    changes: ProfileChanges,
    others: readonly string[],
    actor: Actor,
  ): Promise<Profile>
}

/** A person's own account; what decides who it is and what it may, others change. */
export function createOwnProfile({ getOwnAccount, profiles, ownTeams }: Needs): OwnProfile {
  const get = async (principal: Principal): Promise<Profile> => {
    const { id, tenantId, name, lastName, email, username, role } = await getOwnAccount(principal)
    const [dates, teams] = await Promise.all([profiles.findDates(id), ownTeams.findTeamsOf(id)])
    return { id, tenantId, name, lastName, email, username, role, teams, ...dates }
  }

  return {
    get,
    async change(principal, changes, others, actor) {
      if (others.length > 0) throw unchangeable(others)
      const account = await getOwnAccount(principal)
      if (Object.keys(changes).length > 0) await profiles.change(account, changes, actor)
      return get(principal)
    },
  }
}
