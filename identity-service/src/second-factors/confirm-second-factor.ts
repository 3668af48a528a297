import type { Actor } from '../audit/audit-entry.ts'
import type { Clock } from '../sessions/open-session.ts'
import { bareCode, hashRecoveryCode, makeRecoveryCodes } from './recovery-code.ts'
import { noSecondFactor, secondFactorInForce, unconfirmingCode } from './second-factors.errors.ts'
import type { Owner, SecondFactorsRepository } from './second-factors.repository.ts'
import { findTotpStep, isTotpCode } from './totp.ts'
import type { TotpSecrets } from './totp-secrets.ts'

/** @returns the recovery codes, which nobody can read again */
export type ConfirmSecondFactor = (owner: Owner, otp: string, actor: Actor) => Promise<string[]>

type Needs = { secondFactors: SecondFactorsRepository; secrets: TotpSecrets; clock: Clock }

/**
 * Puts a second factor in force, by a code that shows that the authenticator app has the secret.
 * @throws AppError second_factor.not_found, second_factor.conflict, second_factor.invalid, second_factor.unavailable
 */
export function createConfirmSecondFactor({ secondFactors, secrets, clock }: Needs): ConfirmSecondFactor {
  return async (owner, otp, actor) => {
    const found = await secondFactors.find(owner.id)
    if (found === null) throw noSecondFactor()
    if (found.confirmed) throw secondFactorInForce()
    const [code, now] = [bareCode(otp), clock.now()]
    const step = isTotpCode(code) ? findTotpStep(secrets.open(owner.id, found.secret), code, now) : null
    if (step === null) throw unconfirmingCode()
    const codes = makeRecoveryCodes()
    const hashes = codes.map(hashRecoveryCode)
    if (!(await secondFactors.confirm(found, step, { owner, hashes, now }, actor)))
      throw secondFactorInForce()
    return codes
  }
}
