import { AppError } from '@werk/shared/errors/app-error'
import type { Account } from '../accounts/account.ts'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.repository.ts'
import type { CheckSecondFactor } from '../second-factors/check-second-factor.ts'
import {
  type Binding,
  challengeOf,
  codeKind,
  codeSecondsWithFactor,
  hashBrowser,
} from './begun-authorization.ts'
import { invalidLogInCode } from './openid.errors.ts'

export type LogInCode = {
  code: string
  codeVerifier: string | null
  /** The secret in the browser's cookie. */
  browser: string | null
  otp: string | null
}

/** @returns the account that the code was given for, once */
export type RedeemOpenidCode = (given: LogInCode, actor: Actor) => Promise<Account>

type Needs = {
  oneTimeTokens: OneTimeTokens
  accounts: Pick<AccountsRepository, 'findById'>
  checkSecondFactor: CheckSecondFactor
}

/**
 * A code lasts until the second factor is right too, so that one who mistypes it need not go to the provider again.
 * @throws AppError openid_code.unauthenticated, second_factor.unauthenticated, second_factor.rate_limited
 */
export function createRedeemOpenidCode({
  oneTimeTokens,
  accounts,
  checkSecondFactor,
}: Needs): RedeemOpenidCode {
  return async ({ code, otp, ...holder }, actor) => {
    const found = await oneTimeTokens.find(codeKind, code)
    if (found === null || found.userId === null || !isHeldBy(found.payload as Binding, holder))
      throw invalidLogInCode()
    const account = await accounts.findById(found.userId)
    if (account === null || !(account.active && account.tenantActive)) throw invalidLogInCode()
    try {
      await checkSecondFactor(account, otp, actor)
    } catch (error) {
      const wrong = error instanceof AppError && error.code === 'second_factor.unauthenticated'
      if (wrong) await oneTimeTokens.prolong(codeKind, code, codeSecondsWithFactor)
      throw error
    }
    if ((await oneTimeTokens.consume(codeKind, code)) === null) throw invalidLogInCode()
    return account
  }
}

type Holder = Pick<LogInCode, 'codeVerifier' | 'browser'>

/** A verifier for a code that was begun without a challenge is refused: another one began it (RFC 9700, 2.1.1). */
function isHeldBy({ codeChallenge, browserHash }: Binding, { codeVerifier, browser }: Holder): boolean {
  if (codeChallenge !== null) return codeVerifier !== null && challengeOf(codeVerifier) === codeChallenge
  return codeVerifier === null && browser !== null && hashBrowser(browser) === browserHash
}
