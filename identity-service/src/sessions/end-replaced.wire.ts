import type { FastifyRequest } from 'fastify'
import type { Actor } from '../audit/audit-entry.ts'
import type { LogOut } from './log-out.ts'
import type { RefreshCookie } from './refresh-cookie.wire.ts'

/**
 * Ends the session whose cookie a browser still has when somebody logs in there: the new cookie takes its place, and
 * nobody could log out of the earlier one any more (ASVS 7.2.4).
 */
export type EndReplaced = (request: FastifyRequest, actor: Actor) => Promise<void>

type Needs = { cookie: Pick<RefreshCookie, 'read'>; logOut: LogOut }

export function createEndReplaced({ cookie, logOut }: Needs): EndReplaced {
  return async (request, actor) => {
    const kept = cookie.read(request)
    // It may be another person's than the one who logs in.
    if (kept !== null) await logOut(null, kept, { ...actor, name: null })
  }
}
