import type { InvGateClient } from '@werk/shared/invgate/client'
import type { Account } from '../accounts/account.ts'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'

export const invgateUserJob = 'invgate.user'

type Needs = { accounts: AccountsRepository; invgate: Pick<InvGateClient, 'findUserByEmail' | 'createUser'> }

/**
 * Links an account to its user in InvGate, and creates that user where there is none. Looking first makes it safe to
 * repeat, whatever became of an earlier try. The person's password is never sent.
 */
export function createEnsureInvgateUser({ accounts, invgate }: Needs): (accountId: string) => Promise<void> {
  return async (accountId) => {
    const account = await accounts.findById(Number(accountId))
    if (account === null || account.email === null || account.invgateId !== null) return
    const { email } = account
    // InvGate takes no user without both names.
    const names = { name: account.name.trim() || email, lastname: account.lastName.trim() || '-' }
    const user = (await invgate.findUserByEmail(email)) ?? (await invgate.createUser({ ...names, email }))
    await accounts.setInvgateId(account.id, user.id)
  }
}

type WaitNeeds = {
  accounts: AccountsRepository
  attempt: (kind: string, subject: string) => Promise<void>
  waitMs: number
}

/** Tries at once and waits a short while, so that the first token can carry `invgate_id`; the rest is the outbox's. */
export function createFirstTry({ accounts, attempt, waitMs }: WaitNeeds) {
  return async (account: Account): Promise<Account> => {
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs)
    })
    await Promise.race([attempt(invgateUserJob, String(account.id)), enough]).finally(() =>
      clearTimeout(timer),
    )
    return (await accounts.findById(account.id)) ?? account
  }
}
