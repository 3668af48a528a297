import type { Actor } from '../audit/audit-entry.ts'
import type { Guesses } from '../guessing/guesses.ts'
import type { Clock } from '../sessions/open-session.ts'
import { bareCode, hashRecoveryCode, isRecoveryCode } from './recovery-code.ts'
import type { SecondFactor } from './second-factor.ts'
import { oneTimeCodeRequired, wrongOneTimeCode } from './second-factors.errors.ts'
import type { Owner, SecondFactorsRepository } from './second-factors.repository.ts'
import { findTotpStep, isTotpCode } from './totp.ts'
import type { TotpSecrets } from './totp-secrets.ts'

/**
 * The last step of every way in, after the first proof was found right: asks an account with a second factor in force
 * for a code of its app, or a recovery code, and takes it. Any other account passes.
 * @param otp as it was typed; null when none was given
 */
export type CheckSecondFactor = (owner: Owner, otp: string | null, actor: Actor) => Promise<void>

type Needs = {
  secondFactors: SecondFactorsRepository
  secrets: TotpSecrets
  guesses: Guesses
  clock: Clock
}

/**
 * @throws AppError second_factor.unauthenticated without a code or with a wrong or used one,
 *   second_factor.rate_limited, second_factor.unavailable
 */
export function createCheckSecondFactor(needs: Needs): CheckSecondFactor {
  return async (owner, otp, actor) => {
    const factor = await needs.secondFactors.find(owner.id)
    if (factor === null || !factor.confirmed) return
    const code = bareCode(otp ?? '')
    if (code === '') throw oneTimeCodeRequired()
    const { address } = actor
    const place = await needs.guesses.take('second_factor', { account: `user:${owner.id}`, address })
    const taken = await takeCode(needs, { owner, factor, code, actor }).catch(async (error) => {
      await place.release()
      throw error
    })
    if (!taken) {
      await needs.secondFactors.recordRefusal(owner, actor)
      throw wrongOneTimeCode()
    }
    await place.succeeded()
  }
}

type Given = { owner: Owner; factor: SecondFactor; code: string; actor: Actor }

async function takeCode({ secondFactors, secrets, clock }: Needs, given: Given): Promise<boolean> {
  const { owner, factor, code, actor } = given
  const now = clock.now()
  if (isRecoveryCode(code)) return secondFactors.takeRecoveryCode(owner, hashRecoveryCode(code), now, actor)
  if (!isTotpCode(code)) return false
  const step = findTotpStep(secrets.open(owner.id, factor.secret), code, now)
  return step !== null && secondFactors.takeStep(factor, step)
}
