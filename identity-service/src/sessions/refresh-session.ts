import { inactiveTenant, invalidToken } from '@werk/shared/auth/auth.errors'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Grant, WriteGrant } from './grant-session.ts'
import { judgeRefresh, type PresentedToken, type Verdict } from './judge-refresh.ts'
import type { Clock } from './open-session.ts'
import { hashRefreshToken, type SuccessorsOf } from './refresh-token.ts'
import type { RefreshTokensRepository } from './refresh-tokens.repository.ts'

/** @throws AppError token.unauthenticated, tenant.forbidden */
export type RefreshSession = (token: string, actor: Actor) => Promise<Grant>

type Needs = {
  refreshTokens: RefreshTokensRepository
  accounts: Pick<AccountsRepository, 'findById'>
  successorsOf: SuccessorsOf
  writeGrant: WriteGrant
  graceSeconds: number
  idleSeconds: number
  clock: Clock
}

/** Exchanges a refresh token for its successor and a new access token. A token that comes back too late ends its session. */
export function createRefreshSession(needs: Needs): RefreshSession {
  const { refreshTokens, accounts, successorsOf, writeGrant, graceSeconds, idleSeconds, clock } = needs
  return async (token, actor) => {
    const found = await refreshTokens.find(hashRefreshToken(token))
    if (found === null) throw invalidToken('an unknown refresh token')
    const account = await accounts.findById(found.userId)
    if (account === null || !account.active) throw invalidToken('its account is gone or deactivated')
    if (!account.tenantActive) throw inactiveTenant()

    const now = clock.now()
    const judge = (presented: PresentedToken) => judgeRefresh(presented, now, graceSeconds)
    const successors = successorsOf(token)
    const rotation = {
      successorHash: hashRefreshToken(successors[0]),
      at: now,
      idleExpiresAt: earlier(new Date(now.getTime() + idleSeconds * 1000), found.expiresAt),
      address: actor.address,
      device: actor.device,
    }
    const seen = judge(found)
    const { verdict, presented } = changes(seen)
      ? await refreshTokens.settle(found, judge, rotation, { tenantId: account.tenantId, actor })
      : { verdict: seen, presented: found }

    if (verdict === 'rotate') {
      const session = {
        id: found.sessionId,
        expiresAt: found.expiresAt,
        idleExpiresAt: rotation.idleExpiresAt,
      }
      return writeGrant(account, session, successors[0])
    }
    if (verdict !== 'repeat') throw invalidToken(refusals[verdict])
    const successor = successors.find((one) => hashRefreshToken(one) === presented.newest.hash)
    if (successor === undefined) throw invalidToken('its successor was made by a secret that is gone')
    return writeGrant(account, { ...presented, id: presented.sessionId }, successor)
  }
}

const refusals = {
  over: 'its session ended',
  reused: 'a refresh token that was used before: its session ends',
}

/** Whether the verdict has to be settled under a lock; the others read only. */
function changes(verdict: Verdict): boolean {
  return verdict === 'rotate' || verdict === 'reused'
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other
}
