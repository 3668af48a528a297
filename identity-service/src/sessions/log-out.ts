import type { Principal } from '@werk/shared/auth/principal'
import type { Actor } from '../audit/audit-entry.ts'
import { hashRefreshToken } from './refresh-token.ts'
import type { RefreshTokensRepository } from './refresh-tokens.repository.ts'
import type { SessionsRepository } from './sessions.repository.ts'

/** Ends the session of an access token and that of a refresh token; what has ended already, or is unknown, is left. */
export type LogOut = (principal: Principal | null, refreshToken: string | null, actor: Actor) => Promise<void>

type Needs = { sessions: SessionsRepository; refreshTokens: RefreshTokensRepository }

export function createLogOut({ sessions, refreshTokens }: Needs): LogOut {
  return async (principal, refreshToken, actor) => {
    const { uid = null, sid = null } = principal ?? {}
    if (uid !== null && sid !== null) await sessions.end({ userId: uid, only: sid }, 'log-out', actor)
    if (refreshToken === null) return
    const presented = await refreshTokens.find(hashRefreshToken(refreshToken))
    if (presented === null || presented.endedAt !== null) return
    const { userId, sessionId } = presented
    await sessions.end({ userId, only: sessionId }, 'log-out', { ...actor, id: userId })
  }
}
