import { randomBytes } from 'node:crypto'
import type { Account, NewAccount } from '../accounts/account.ts'
import { emailTaken, invalidEmail, invalidUsername, usernameTaken } from '../accounts/accounts.errors.ts'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import { isEmail, isLoginName } from '../accounts/login-name.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { nameless } from './users.errors.ts'

export type NewUser = Omit<NewAccount, 'passwordHash'> & {
  /** Null: nobody knows one, and the person asks for a new one. */
  password: string | null
}

/** @param keyId the idempotency key under which the request came */
export type CreateUser = (user: NewUser, actor: Actor, keyId?: string | null) => Promise<Account>

type Needs = {
  accounts: AccountsRepository
  passwords: Passwords
  /** @throws AppError where the password may not be had */
  checkPassword: (password: string) => void
  invgateUsers: { readonly jobKind: string; ensure(account: Account): Promise<Account> }
}

/**
 * Makes an account of any role, as an admin may, and for one with an e-mail its user in InvGate, as a registration does.
 * @throws AppError user.invalid without a name to log in by, account.invalid, account.taken, idempotency.conflict, and
 *   what a password is refused with
 */
export function createCreateUser(needs: Needs): CreateUser {
  const { accounts, passwords, checkPassword, invgateUsers } = needs
  return async ({ password, ...user }, actor, keyId = null) => {
    const { email, username } = user
    if (email === null && username === null) throw nameless()
    if (email !== null && !isEmail(email)) throw invalidEmail()
    if (username !== null && !isLoginName(username)) throw invalidUsername()
    if (password !== null) checkPassword(password)

    const passwordHash = await passwords.hash(password ?? randomBytes(32).toString('base64'))
    const jobs = email === null ? [] : [invgateUsers.jobKind]
    const account = await accounts.insert({ ...user, passwordHash }, jobs, actor, keyId)
    if (account === null) throw await takenName()
    return email === null ? account : invgateUsers.ensure(account)

    async function takenName() {
      const byEmail = email === null ? null : await accounts.findByLoginName(email)
      return byEmail === null ? usernameTaken() : emailTaken()
    }
  }
}
