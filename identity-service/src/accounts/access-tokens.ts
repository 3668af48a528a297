import type { Tokens } from '@werk/shared/auth/tokens'
import type { Session } from '../sessions/session.ts'
import type { Account } from './account.ts'

type Named = Pick<Session, 'id'>

export type AccessTokens = {
  /** Werk: 24 h, the subject is the e-mail, or the username of an account without one. */
  forWerk(account: Account, session: Named): string
  /** TixGo: the configured life, the subject is the username, or the e-mail of an account without one. */
  forTixgo(account: Account, session: Named): string
  /** WorkPulse: short-lived, because it can be refreshed, and never longer than its session. The subject is as in Werk. */
  forWorkpulse(
    account: Account,
    session: Named & Pick<Session, 'expiresAt'>,
    now: Date,
  ): { token: string /** seconds */; expiresIn: number }
}

export const dayInSeconds = 24 * 60 * 60

type Needs = { tokens: Tokens; tixgoMinutes: number; workpulseMinutes: number }

export function createAccessTokens({ tokens, tixgoMinutes, workpulseMinutes }: Needs): AccessTokens {
  const issue = (account: Account, { id: sid }: Named, sub: string, seconds: number) =>
    tokens.issue({ sub, sid, ...claimsOf(account) }, seconds)
  return {
    forWerk: (account, session) => issue(account, session, emailOrName(account), dayInSeconds),
    forTixgo: (account, session) => issue(account, session, loginNameOf(account), tixgoMinutes * 60),
    forWorkpulse(account, session, now) {
      const left = Math.floor((session.expiresAt.getTime() - now.getTime()) / 1000)
      const expiresIn = Math.min(workpulseMinutes * 60, left)
      return { token: issue(account, session, emailOrName(account), expiresIn), expiresIn }
    },
  }
}

/** The name an account goes by in TixGo. */
export function loginNameOf({ username, email, id }: Account): string {
  return username ?? email ?? String(id)
}

function emailOrName(account: Account): string {
  return account.email ?? loginNameOf(account)
}

function claimsOf(account: Account) {
  const name = `${account.name} ${account.lastName}`.trim()
  return {
    uid: account.id,
    tenant_id: account.tenantId,
    role: account.role,
    name: name === '' ? loginNameOf(account) : name,
    ...(account.email === null ? {} : { email: account.email }),
    ...(account.invgateId === null ? {} : { invgate_id: account.invgateId }),
  }
}
