import { randomUUID } from 'node:crypto'
import type { Account } from '../accounts/account.ts'
import { wrongCredentials } from '../accounts/accounts.errors.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Dialect, Session } from './session.ts'
import type { SessionsRepository } from './sessions.repository.ts'

export type Clock = { now(): Date }

type Life = { seconds: number /** unused, it ends after these */; idleSeconds?: number }

/**
 * Opens a session for an account that has just proved who it is.
 * @throws AppError credentials.unauthenticated when that is no longer so: all its sessions were ended meanwhile
 * @param refreshHash of the session's first refresh token, where it can be refreshed
 */
export type OpenSession = (
  account: Account,
  dialect: Dialect,
  actor: Actor,
  refreshHash?: string,
) => Promise<Session>

type Needs = { sessions: SessionsRepository; lives: Record<Dialect, Life>; clock: Clock }

export function createOpenSession({ sessions, lives, clock }: Needs): OpenSession {
  return async (account, dialect, actor, refreshHash) => {
    const now = clock.now()
    const { seconds, idleSeconds = seconds } = lives[dialect]
    const after = (elapsed: number) => new Date(now.getTime() + elapsed * 1000)
    const session: Session = {
      id: randomUUID(),
      userId: account.id,
      dialect,
      createdAt: now,
      provedAt: now,
      lastUsedAt: now,
      idleExpiresAt: after(Math.min(idleSeconds, seconds)),
      expiresAt: after(seconds),
      endedAt: null,
      address: actor.address,
      device: actor.device,
    }
    if (!(await sessions.open(session, account, actor, refreshHash))) throw wrongCredentials()
    return session
  }
}
