import { foldLoginName, loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import type { AccountsRepository } from './accounts.repository.ts'
import type { Recipient } from './notification.ts'

/** As whom a caller is told things, in the tenant that they work in; null for a token of nobody whom the directory knows. */
export type FindRecipient = (caller: Principal, tenantId: number) => Promise<Recipient | null>

type Needs = { accounts: AccountsRepository }

export function createFindRecipient({ accounts }: Needs): FindRecipient {
  return async (caller, tenantId) => {
    const key = foldLoginName(loginNameOf(caller))
    const userId = caller.uid ?? (await accounts.findByLoginKey(caller.tenantId, key))
    return userId === null ? null : { tenantId, userId }
  }
}
