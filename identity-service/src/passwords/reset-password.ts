import { guessedName } from '../accounts/log-in.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Guesses } from '../guessing/guesses.ts'
import type { PasswordChangesRepository } from './password-changes.repository.ts'
import { leastCharacters, type PasswordPolicy } from './password-policy.ts'
import { invalidResetToken } from './passwords.errors.ts'
import type { Passwords } from './passwords.ts'

export type ResetPassword = (given: { token: string; renewed: string }, actor: Actor) => Promise<void>

type Needs = {
  passwords: Passwords
  passwordPolicy: PasswordPolicy
  guesses: Guesses
  passwordChanges: Pick<PasswordChangesRepository, 'reset'>
}

/**
 * Sets a new password by the token of a mail, once. Every session of the account ends, and guesses at its old password
 * no longer delay a log-in.
 * @throws AppError password.invalid, which leaves the token as it is, and reset_token.invalid
 */
export function createResetPassword(needs: Needs): ResetPassword {
  const { passwords, passwordPolicy, guesses, passwordChanges } = needs
  return async ({ token, renewed }, actor) => {
    passwordPolicy.check('new_password', renewed, leastCharacters)
    const account = await passwordChanges.reset(token, await passwords.hash(renewed), actor)
    if (account === null) throw invalidResetToken()
    const names = [account.email, account.username].filter((name) => name !== null)
    await guesses.clear('login', names.map(guessedName))
    await guesses.clear('proof', [`user:${account.id}`])
  }
}
