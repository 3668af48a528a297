import QRCode from 'qrcode'
import { loginNameOf } from '../accounts/access-tokens.ts'
import type { Account } from '../accounts/account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { Clock } from '../sessions/open-session.ts'
import { secondFactorInForce } from './second-factors.errors.ts'
import type { SecondFactorsRepository } from './second-factors.repository.ts'
import { makeTotpSecret, totpUri } from './totp.ts'
import type { TotpSecrets } from './totp-secrets.ts'

/** What an authenticator app is given: `qrSvg` shows `otpauthUri`, which holds `secret` (base32). */
export type Enrolment = { secret: string; otpauthUri: string; qrSvg: string }

export type EnrolSecondFactor = (account: Account, actor: Actor) => Promise<Enrolment>

type Needs = { secondFactors: SecondFactorsRepository; secrets: TotpSecrets; clock: Clock }

/**
 * Begins with a second factor. It is in force once it is confirmed; until then, beginning anew replaces it.
 * @throws AppError second_factor.conflict, second_factor.unavailable
 */
export function createEnrolSecondFactor({ secondFactors, secrets, clock }: Needs): EnrolSecondFactor {
  return async (account, actor) => {
    const secret = makeTotpSecret()
    const sealed = secrets.seal(account.id, secret)
    if (!(await secondFactors.enrol(account, sealed, clock.now(), actor))) throw secondFactorInForce()
    const otpauthUri = totpUri(secret, account.email ?? loginNameOf(account))
    return { secret, otpauthUri, qrSvg: await QRCode.toString(otpauthUri, { type: 'svg' }) }
  }
}
