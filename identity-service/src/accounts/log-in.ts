import { inactiveTenant } from '@werk/shared/auth/auth.errors'
import { foldLoginName } from '@werk/shared/auth/login-name'
import type { Actor } from '../audit/audit-entry.ts'
import type { Guesses } from '../guessing/guesses.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { CheckSecondFactor } from '../second-factors/check-second-factor.ts'
import type { Account } from './account.ts'
import { wrongCredentials } from './accounts.errors.ts'
import type { AccountsRepository } from './accounts.repository.ts'
import type { RefusedLogIns } from './refused-log-ins.repository.ts'

export type Credentials = {
  /** e-mail or username */
  loginName: string
  password: string
  /** a code of the second factor, null when none was given */
  otp: string | null
}

export type LogIn = (credentials: Credentials, actor: Actor) => Promise<Account>

type Needs = {
  accounts: Pick<AccountsRepository, 'findByLoginName' | 'replacePasswordHash'>
  passwords: Passwords
  guesses: Guesses
  checkSecondFactor: CheckSecondFactor
  refusedLogIns: RefusedLogIns
}

/**
 * Finds the account of an e-mail or username and checks its password, and then its second factor where it has one.
 * Unknown, deactivated and wrong password are alike in answer, time, limits and audit. A hash of the older kind is
 * renewed.
 * @throws AppError credentials.unauthenticated, login.rate_limited, tenant.forbidden, and those of the second factor
 */
export function createLogIn(needs: Needs): LogIn {
  const { accounts, passwords, guesses, checkSecondFactor, refusedLogIns } = needs
  return async ({ loginName, password, otp }, actor) => {
    const name = guessedName(loginName)
    const place = await guesses.take('login', { account: name, address: actor.address })
    const account = await accounts.findByLoginName(loginName)
    const stored = account?.passwordHash ?? null
    const { right, outdated } = await passwords.verify(password, stored).catch(async (error) => {
      await place.release()
      throw error
    })
    if (account === null || !right || !account.active) {
      await refusedLogIns.record(name, account?.tenantId ?? null, actor)
      throw wrongCredentials()
    }
    if (!account.tenantActive) throw inactiveTenant()
    await place.succeeded()
    await checkSecondFactor(account, otp, actor)
    if (outdated) {
      await accounts.replacePasswordHash(account.id, account.passwordHash, await passwords.hash(password))
    }
    return account
  }
}

/** Without the white space around, because the database does not tell a name from one with spaces at its end. */
export function guessedName(loginName: string): string {
  return foldLoginName(loginName).trim()
}
