import type { Tokens } from '@werk/shared/auth/tokens'
import type { Session } from '../sessions/session.ts'
import type { Account } from './account.ts'

export type AccessTokens = {
  /** Werk: 24 h, the subject is the e-mail, or the username of an account without one. */
  forWerk(account: Account, session: Session): string
  /** TixGo: the configured life, the subject is the username, or the e-mail of an account without one. */
  forTixgo(account: Account, session: Session): string
}

export const dayInSeconds = 24 * 60 * 60

export function createAccessTokens({
  tokens,
  tixgoMinutes,
}: {
  tokens: Tokens
  tixgoMinutes: number
}): AccessTokens {
  const issue = (account: Account, { id: sid }: Session, sub: string, seconds: number) =>
    tokens.issue({ sub, sid, ...claimsOf(account) }, seconds)
  return {
    forWerk: (account, session) =>
      issue(account, session, account.email ?? loginNameOf(account), dayInSeconds),
    forTixgo: (account, session) => issue(account, session, loginNameOf(account), tixgoMinutes * 60),
  }
}

/** The name an account goes by in TixGo. */
export function loginNameOf({ username, email, id }: Account): string {
  return username ?? email ?? String(id)
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
