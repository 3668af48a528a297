import type { TicketScope } from '../tickets/ticket-policy.ts'
import type { PresenceRepository } from './presence.repository.ts'
import type { PresentAgent } from './presence.ts'

/** `agents` for staff alone: null for all others. */
export type Presence = { isAnyOnline: boolean; agents: PresentAgent[] | null }

/** Whether somebody would answer the caller's chat now, and who is there. */
export type GetPresence = (scope: TicketScope) => Promise<Presence>

type Needs = { presence: Pick<PresenceRepository, 'isAnyOnline' | 'list'> }

export function createGetPresence({ presence }: Needs): GetPresence {
  return async ({ tenantId, viewer }) => ({
    isAnyOnline: await presence.isAnyOnline(tenantId, viewer.uid),
    agents: viewer.sees === 'own' ? null : await presence.list(tenantId),
  })
}
