import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal, Role } from '@werk/shared/auth/principal'

/** Which tickets a caller may know of: those of one tenant, and of these only one creator's, unless it is null. */
export type TicketScope = { tenantId: number; creatorKey: string | null }

const seesWholeTenant: readonly Role[] = ['agent', 'admin']

/** The one policy of who sees what: agents and admins the tenant's tickets, everybody else the own ones. */
export function ticketScopeOf(principal: Principal, tenantId: number): TicketScope {
  const own = foldLoginName(loginNameOf(principal))
  return { tenantId, creatorKey: seesWholeTenant.includes(principal.role) ? null : own }
}

/** The scope, held to one creator besides; null when nothing is left of it. */
export function narrowToCreator(scope: TicketScope, creator: string): TicketScope | null {
  const creatorKey = foldLoginName(creator)
  return scope.creatorKey === null || scope.creatorKey === creatorKey ? { ...scope, creatorKey } : null
}
