import { inactiveTenant, invalidToken } from '@werk/shared/auth/auth.errors'
import type { Principal } from '@werk/shared/auth/principal'
import type { Account } from './account.ts'
import type { AccountsRepository } from './accounts.repository.ts'

export type GetOwnAccount = (principal: Principal) => Promise<Account>

/** The account behind a token. @throws AppError token.unauthenticated when it is gone or deactivated, tenant.forbidden */
export function createGetOwnAccount({ accounts }: { accounts: AccountsRepository }): GetOwnAccount {
  return async ({ uid, sub }) => {
    const account = uid === null ? await accounts.findByLoginName(sub) : await accounts.findById(uid)
    if (account === null || !account.active) throw invalidToken('its account is gone or deactivated')
    if (!account.tenantActive) throw inactiveTenant()
    return account
  }
}
