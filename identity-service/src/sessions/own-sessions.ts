import type { Actor } from '../audit/audit-entry.ts'
import type { Clock } from './open-session.ts'
import type { Session } from './session.ts'
import { sessionNotFound } from './sessions.errors.ts'
import type { SessionsRepository } from './sessions.repository.ts'

/** Of an account that never ends its sessions only the last used ones are listed. */
const listed = 200

export type OwnSessions = {
  /** The last used one first. */
  list(userId: number): Promise<Session[]>
  /** @throws AppError session.not_found for one that has ended, that is another's, or that never was */
  end(userId: number, id: string, actor: Actor): Promise<void>
  /** @param current the session that stays, null when the caller's token has none */
  endOthers(userId: number, current: string | null, actor: Actor): Promise<void>
}

type Needs = { sessions: SessionsRepository; clock: Clock }

/** What people may see of their own sessions and do to them. */
export function createOwnSessions({ sessions, clock }: Needs): OwnSessions {
  const reason = 'ended by its owner'
  return {
    list: (userId) => sessions.findOpen(userId, clock.now(), listed),
    async end(userId, id, actor) {
      if ((await sessions.end({ userId, only: id }, reason, actor)) === 0) throw sessionNotFound()
    },
    async endOthers(userId, current, actor) {
      await sessions.end({ userId, ...(current !== null && { except: current }) }, reason, actor)
    },
  }
}
