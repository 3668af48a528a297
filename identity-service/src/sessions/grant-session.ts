import type { AccessTokens } from '../accounts/access-tokens.ts'
import type { Account } from '../accounts/account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { OwnTeam, OwnTeamsRepository } from '../teams/own-teams.repository.ts'
import type { Clock, OpenSession } from './open-session.ts'
import { hashRefreshToken, newRefreshToken } from './refresh-token.ts'
import type { Session } from './session.ts'

/** What somebody gets who has proved who it is and wants a session that can be refreshed. */
export type Grant = {
  accessToken: string
  /** seconds that the access token lives */
  expiresIn: number
  refreshToken: string
  /** When the refresh token ends unless it is used. */
  refreshExpiresAt: Date
  account: Account
  teams: OwnTeam[]
}

/** Opens a session of the WorkPulse dialect, in which the access token is short-lived and can be refreshed. */
export type GrantSession = (account: Account, actor: Actor) => Promise<Grant>

type Needs = {
  openSession: OpenSession
  writeGrant: WriteGrant
}

export function createGrantSession({ openSession, writeGrant }: Needs): GrantSession {
  return async (account, actor) => {
    const refreshToken = newRefreshToken()
    const session = await openSession(account, 'workpulse', actor, hashRefreshToken(refreshToken))
    return writeGrant(account, session, refreshToken)
  }
}

/** Completes a refresh token of a session to what its holder is given. */
export type WriteGrant = (
  account: Account,
  session: Pick<Session, 'id' | 'idleExpiresAt' | 'expiresAt'>,
  refreshToken: string,
) => Promise<Grant>

type WriteNeeds = { accessTokens: AccessTokens; ownTeams: OwnTeamsRepository; clock: Clock }

export function createWriteGrant({ accessTokens, ownTeams, clock }: WriteNeeds): WriteGrant {
  return async (account, session, refreshToken) => {
    const { token: accessToken, expiresIn } = accessTokens.forWorkpulse(account, session, clock.now())
    return {
      accessToken,
      expiresIn,
      refreshToken,
      refreshExpiresAt: session.idleExpiresAt,
      account,
      teams: await ownTeams.findTeamsOf(account.id),
    }
  }
}
