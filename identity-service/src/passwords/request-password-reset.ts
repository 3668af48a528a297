import { foldLoginName } from '@werk/shared/auth/login-name'
import { invalidEmail } from '../accounts/accounts.errors.ts'
import { isEmail } from '../accounts/login-name.ts'
import type { Guesses } from '../guessing/guesses.ts'
import type { PasswordChangesRepository } from './password-changes.repository.ts'

/** @param address where the request comes from */
export type RequestPasswordReset = (email: string, address: string) => Promise<void>

type Needs = { guesses: Guesses; passwordChanges: Pick<PasswordChangesRepository, 'noteForgotten'> }

/**
 * Notes that somebody forgot the password of an e-mail address. Whether anybody has that address is looked up later, by
 * the worker that sends the mail, so that this does the same and takes the same time for every address.
 * @throws AppError account.invalid for what is no e-mail address, password_reset.rate_limited
 */
export function createRequestPasswordReset({ guesses, passwordChanges }: Needs): RequestPasswordReset {
  return async (email, address) => {
    if (!isEmail(email)) throw invalidEmail()
    const folded = foldLoginName(email)
    await guesses.take('password_reset', { account: folded, address })
    await passwordChanges.noteForgotten(folded)
  }
}
