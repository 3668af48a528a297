import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal, Role } from '@werk/shared/auth/principal'

/**
 * Whose eyes a ticket is looked at with. `tenant`: sees every ticket of it. `desk`: those that nobody or the viewer is
 * assigned to. `own`: only what the viewer raised, which all see.
 */
export type Viewer = { sees: 'tenant' | 'desk' | 'own'; uid: number | null; key: string }

/** Which tickets a caller may know of. */
export type TicketScope = { tenantId: number; viewer: Viewer }

/** What the policy looks at. */
export type SeenTicket = {
  tenantId: number
  creatorKey: string
  userId: number | null
  agentId: number | null
}

const seenByRole: Record<Role, Viewer['sees']> = {
  user: 'own',
  committee: 'own',
  agent: 'desk',
  vendor: 'tenant',
  admin: 'tenant',
}

/**
 * The one policy of who sees what, for every dialect, route, attachment and channel: a ticket is for its owner, its
 * assigned agent, the tenant's admins and vendors; agents also see what nobody is assigned to (contract 7).
 */
export function ticketScopeOf(principal: Principal, tenantId: number): TicketScope {
  const key = foldLoginName(loginNameOf(principal))
  return { tenantId, viewer: viewerOf(principal.role, principal.uid, key) }
}

/** @param key the login name, folded */
export function viewerOf(role: Role, uid: number | null, key: string): Viewer {
  return { sees: seenByRole[role], uid, key }
}

export function maySee(scope: TicketScope, ticket: SeenTicket): boolean {
  return ticket.tenantId === scope.tenantId && (worksOn(scope, ticket) || isOwner(scope.viewer, ticket))
}

/** Whether the viewer is to the ticket one of those who answer it: they see internal notes and move it on. */
export function worksOn({ tenantId, viewer }: TicketScope, ticket: SeenTicket): boolean {
  if (ticket.tenantId !== tenantId || viewer.sees === 'own') return false
  return viewer.sees === 'tenant' || ticket.agentId === null || ticket.agentId === viewer.uid
}

/** Whether the viewer raised it. A login name that went to another account does not bring its tickets along. */
export function isOwner({ key, uid }: Viewer, ticket: SeenTicket): boolean {
  if (key === '' || ticket.creatorKey !== key) return false
  return ticket.userId === null || uid === null || ticket.userId === uid
}
