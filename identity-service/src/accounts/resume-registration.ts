import type { Account } from './account.ts'
import type { AccountsRepository } from './accounts.repository.ts'

type Needs = {
  accounts: Pick<AccountsRepository, 'findById'>
  invgateUsers: { ensure(account: Account): Promise<Account> }
}

export type ResumeRegistration = (accountId: string) => Promise<Account>

/** Takes a registration up where the account exists but its answer was never given. */
export function createResumeRegistration({ accounts, invgateUsers }: Needs): ResumeRegistration {
  return async (accountId) => {
    const account = await accounts.findById(Number(accountId))
    if (account === null) throw new Error(`account ${accountId} was registered and is gone`)
    return account.email === null ? account : invgateUsers.ensure(account)
  }
}
