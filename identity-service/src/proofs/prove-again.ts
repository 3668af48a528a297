import type { Principal } from '@werk/shared/auth/principal'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Guesses } from '../guessing/guesses.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { CheckSecondFactor } from '../second-factors/check-second-factor.ts'
import type { Clock } from '../sessions/open-session.ts'
import { noSession, wrongPassword } from './proofs.errors.ts'
import type { ProofsRepository } from './proofs.repository.ts'

/** Takes a proof from somebody who is logged in. @returns until when it allows sensitive changes */
export type ProveAgain = (
  principal: Principal,
  given: { password: string; otp: string | null },
  actor: Actor,
) => Promise<Date>

type Needs = {
  getOwnAccount: GetOwnAccount
  passwords: Passwords
  checkSecondFactor: CheckSecondFactor
  guesses: Guesses
  proofs: ProofsRepository
  minutes: number
  clock: Clock
}

/** @throws AppError proof.unauthenticated, proof.rate_limited, proof.forbidden, and those of the second factor */
export function createProveAgain(needs: Needs): ProveAgain {
  const { getOwnAccount, passwords, checkSecondFactor, guesses, proofs, minutes, clock } = needs
  return async (principal, { password, otp }, actor) => {
    const account = await getOwnAccount(principal)
    if (principal.sid === null) throw noSession()
    const place = await guesses.take('proof', { account: `user:${account.id}`, address: actor.address })
    const { right } = await passwords.verify(password, account.passwordHash).catch(async (error) => {
      await place.release()
      throw error
    })
    if (!right) {
      await proofs.recordRefusal(account, actor)
      throw wrongPassword()
    }
    await place.succeeded()
    await checkSecondFactor(account, otp, actor)
    const at = clock.now()
    await proofs.keepProof(account, principal.sid, at, actor)
    return new Date(at.getTime() + minutes * 60_000)
  }
}
