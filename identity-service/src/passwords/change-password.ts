import type { Principal } from '@werk/shared/auth/principal'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Guesses } from '../guessing/guesses.ts'
import type { ProofsRepository } from '../proofs/proofs.repository.ts'
import type { CheckSecondFactor } from '../second-factors/check-second-factor.ts'
import type { PasswordChangesRepository } from './password-changes.repository.ts'
import { leastCharacters, type PasswordPolicy } from './password-policy.ts'
import { passwordChangedMeanwhile, wrongCurrentPassword } from './passwords.errors.ts'
import type { Passwords } from './passwords.ts'

export type ChangePassword = (
  principal: Principal,
  given: { current: string; renewed: string /** a code of the second factor */; otp: string | null },
  actor: Actor,
) => Promise<void>

type Needs = {
  getOwnAccount: GetOwnAccount
  passwords: Passwords
  passwordPolicy: PasswordPolicy
  guesses: Guesses
  checkSecondFactor: CheckSecondFactor
  proofs: Pick<ProofsRepository, 'recordRefusal'>
  passwordChanges: PasswordChangesRepository
}

/**
 * Replaces the caller's password. Every session but the caller's own ends.
 * @throws AppError password.invalid, current_password.invalid, proof.rate_limited, password.conflict, and those of the
 *   second factor
 */
export function createChangePassword(needs: Needs): ChangePassword {
  const { getOwnAccount, passwords, passwordPolicy, guesses, checkSecondFactor, proofs, passwordChanges } =
    needs
  return async (principal, { current, renewed, otp }, actor) => {
    const account = await getOwnAccount(principal)
    passwordPolicy.check('new_password', renewed, leastCharacters)
    const place = await guesses.take('proof', { account: `user:${account.id}`, address: actor.address })
    const { right } = await passwords.verify(current, account.passwordHash).catch(async (error) => {
      await place.release()
      throw error
    })
    if (!right) {
      await proofs.recordRefusal(account, actor)
      throw wrongCurrentPassword()
    }
    await place.succeeded()
    await checkSecondFactor(account, otp, actor)
    const passwordHash = await passwords.hash(renewed)
    if (!(await passwordChanges.change(account, passwordHash, principal.sid, actor)))
      throw passwordChangedMeanwhile()
  }
}
