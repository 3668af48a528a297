import { foldLoginName } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import { type Page, type PageAsked, readPage } from '../administration/page.ts'
import type { Actor } from '../audit/audit-entry.ts'
import { operatingTenant } from '../tenants/tenant.ts'
import { isActiveAdmin, type User, type UserChanges, type UserFilter } from './user.ts'
import { lastAdminStays, selfDeactivation, userNotFound } from './users.errors.ts'
import type { UsersRepository } from './users.repository.ts'

type Needs = { users: UsersRepository }

export type AdministerUsers = {
  list(tenantId: number, filter: UserFilter, page: PageAsked): Promise<Page<User>>
  /** @throws AppError user.not_found */
  get(tenantId: number, id: number): Promise<User>
  /** @throws AppError user.not_found, user.conflict for one's own deactivation and tenant 1's last active admin */
  change(
    tenantId: number,
    id: number,
    changes: UserChanges,
    by: { caller: Principal; actor: Actor },
  ): Promise<User>
  /** @returns how many sessions ended @throws AppError user.not_found */
  endSessions(tenantId: number, id: number, actor: Actor): Promise<number>
}

/** For the admins of a tenant: another tenant's accounts are not there. */
export function createAdministerUsers({ users }: Needs): AdministerUsers {
  return {
    list: (tenantId, filter, page) =>
      readPage(
        page,
        (asked) => users.list(tenantId, filter, asked),
        ({ id }) => id,
      ),

    async get(tenantId, id) {
      return known(await users.find(tenantId, id))
    },

    async change(tenantId, id, changes, { caller, actor }) {
      const changed = await users.change(tenantId, id, changes, actor, (current, otherAdmins) => {
        if (changes.active === false && isOf(caller, current)) throw selfDeactivation()
        const loses = isActiveAdmin(current) && !isActiveAdmin({ ...current, ...changes })
        if (loses && tenantId === operatingTenant && otherAdmins === 0) throw lastAdminStays()
      })
      return known(changed)
    },

    async endSessions(tenantId, id, actor) {
      return known(await users.endSessions(tenantId, id, actor))
    },
  }
}

/** A token that others signed names its account by the login name alone. */
function isOf({ uid, sub }: Principal, { id, email, username }: User): boolean {
  if (uid !== null) return uid === id
  const names = [email, username].filter((name) => name !== null)
  return names.some((name) => foldLoginName(name) === foldLoginName(sub))
}

function known<T>(found: T | null): T {
  if (found === null) throw userNotFound()
  return found
}
