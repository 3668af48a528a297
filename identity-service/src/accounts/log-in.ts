import { inactiveTenant } from '@werk/shared/auth/auth.errors'
import type { Passwords } from '../passwords/passwords.ts'
import type { Account } from './account.ts'
import { wrongCredentials } from './accounts.errors.ts'
import type { AccountsRepository } from './accounts.repository.ts'

export type LogIn = (loginName: string, password: string) => Promise<Account>

/**
 * Finds the account of an e-mail or username and checks its password. Unknown, deactivated and wrong password are
 * alike in answer and time. A hash of the older kind is renewed.
 * @throws AppError credentials.unauthenticated, tenant.forbidden
 */
export function createLogIn({
  accounts,
  passwords,
}: {
  accounts: AccountsRepository
  passwords: Passwords
}): LogIn {
  return async (loginName, password) => {
    const account = await accounts.findByLoginName(loginName)
    const { right, outdated } = await passwords.verify(password, account?.passwordHash ?? null)
    if (account === null || !right || !account.active) throw wrongCredentials()
    if (!account.tenantActive) throw inactiveTenant()
    if (outdated) {
      await accounts.replacePasswordHash(account.id, account.passwordHash, await passwords.hash(password))
    }
    return account
  }
}
