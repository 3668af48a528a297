import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Config } from '../config.ts'
import type { Guesses } from '../guessing/guesses.ts'
import type { Database } from '../infrastructure/database.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { createProofsRepository } from '../proofs/proofs.repository.ts'
import { registerProofRoutes } from '../proofs/proofs.routes.ts'
import { createProveAgain } from '../proofs/prove-again.ts'
import { createRequireRecentProof } from '../proofs/require-recent-proof.ts'
import { createCheckSecondFactor } from '../second-factors/check-second-factor.ts'
import { createConfirmSecondFactor } from '../second-factors/confirm-second-factor.ts'
import { createEnrolSecondFactor } from '../second-factors/enrol-second-factor.ts'
import { createReadSecondFactor } from '../second-factors/read-second-factor.ts'
import { createRemoveSecondFactor } from '../second-factors/remove-second-factor.ts'
import { createRenewRecoveryCodes } from '../second-factors/renew-recovery-codes.ts'
import { createSecondFactorsRepository } from '../second-factors/second-factors.repository.ts'
import { registerSecondFactorRoutes } from '../second-factors/second-factors.routes.ts'
import { createTotpSecrets } from '../second-factors/totp-secrets.ts'
import type { Clock } from '../sessions/open-session.ts'

type Parts = {
  app: App
  config: Config
  database: Database
  passwords: Passwords
  guesses: Guesses
  authenticate: Authenticate
  getOwnAccount: GetOwnAccount
  clock: Clock
}

/** @returns what every way in asks, and what guards every sensitive change */
export function composeSecondFactors(parts: Parts) {
  const { app, config, database, authenticate, getOwnAccount, clock } = parts
  const secondFactors = createSecondFactorsRepository(database)
  const secrets = createTotpSecrets(config.SECOND_FACTOR_SECRET)
  const proofs = createProofsRepository(database)
  const minutes = config.PROOF_MINUTES

  const checkSecondFactor = createCheckSecondFactor({ secondFactors, secrets, guesses: parts.guesses, clock })
  const requireRecentProof = createRequireRecentProof({ proofs, minutes, clock })
  const proveAgain = createProveAgain({ ...parts, checkSecondFactor, proofs, minutes })

  registerProofRoutes(app, { authenticate, proveAgain })
  registerSecondFactorRoutes(app, {
    authenticate,
    getOwnAccount,
    requireRecentProof,
    readSecondFactor: createReadSecondFactor({ secondFactors }),
    enrolSecondFactor: createEnrolSecondFactor({ secondFactors, secrets, clock }),
    confirmSecondFactor: createConfirmSecondFactor({ secondFactors, secrets, clock }),
    renewRecoveryCodes: createRenewRecoveryCodes({ secondFactors }),
    removeSecondFactor: createRemoveSecondFactor({ secondFactors }),
  })
  return { checkSecondFactor, requireRecentProof }
}
