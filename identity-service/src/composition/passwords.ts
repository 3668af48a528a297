import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { createMailer } from '@werk/shared/mail/create-mailer'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Config } from '../config.ts'
import type { Guesses } from '../guessing/guesses.ts'
import type { Database } from '../infrastructure/database.ts'
import { createSendNotices } from '../notices/send-notices.ts'
import { createOneTimeTokens } from '../one-time-tokens/one-time-tokens.repository.ts'
import { createBcryptPool } from '../passwords/bcrypt-pool.ts'
import { createChangePassword } from '../passwords/change-password.ts'
import { loadCommonPasswords } from '../passwords/common-passwords.ts'
import { wordsOfThisProduct } from '../passwords/context-words.ts'
import {
  createPasswordChangesRepository,
  type PasswordChangesRepository,
} from '../passwords/password-changes.repository.ts'
import { createPasswordPolicy, type PasswordPolicy } from '../passwords/password-policy.ts'
import { registerPasswordRoutes } from '../passwords/passwords.routes.ts'
import { createPasswords, type Passwords } from '../passwords/passwords.ts'
import { createRequestPasswordReset } from '../passwords/request-password-reset.ts'
import { createResetPassword } from '../passwords/reset-password.ts'
import { createSendPasswordReset, forgottenPasswordJob } from '../passwords/send-password-reset.ts'
import { createProofsRepository } from '../proofs/proofs.repository.ts'
import type { CheckSecondFactor } from '../second-factors/check-second-factor.ts'
import type { Clock } from '../sessions/open-session.ts'

/** How passwords are kept, and which new ones are accepted. */
export async function composePasswords(config: Config) {
  const bcrypt = createBcryptPool(config.PASSWORD_WORKERS)
  const passwords = createPasswords({ bcrypt, cost: config.PASSWORD_HASH_COST })
  const common = config.PASSWORD_REFUSE_COMMON ? await loadCommonPasswords() : null
  const words = config.PASSWORD_REFUSE_COMMON ? [...wordsOfThisProduct, ...config.PASSWORD_REFUSE_WORDS] : []
  const passwordPolicy = createPasswordPolicy({ minLength: config.PASSWORD_MIN_LENGTH, common, words })
  return { passwords, passwordPolicy, close: bcrypt.close }
}

type MailParts = Pick<Parts, 'app' | 'config' | 'database' | 'clock'> & { accounts: AccountsRepository }

/** The outbox's jobs by which mails are sent, for new passwords and of what became of an account, and where the former come from. */
export function composeMails({ app, config, database, accounts, clock }: MailParts) {
  const { mailer, checks } = createMailer(config, app.log)
  const oneTimeTokens = createOneTimeTokens(database, clock)
  const jobKind = forgottenPasswordJob
  const passwordChanges = createPasswordChangesRepository({ database, oneTimeTokens, jobKind })
  const resetUrl = config.PASSWORD_RESET_URL ?? null
  const send = createSendPasswordReset({ accounts, passwordChanges, mailer, resetUrl })
  const jobs = { [jobKind]: send, ...createSendNotices({ accounts, mailer }) }
  return { passwordChanges, jobs, checks }
}

type Parts = {
  app: App
  config: Config
  database: Database
  clock: Clock
  passwords: Passwords
  passwordPolicy: PasswordPolicy
  passwordChanges: PasswordChangesRepository
  guesses: Guesses
  getOwnAccount: GetOwnAccount
  checkSecondFactor: CheckSecondFactor
  authenticate: Authenticate
}

type RouteParts = Omit<Parts, 'config' | 'clock'>

/** The routes by which people get a new password. */
export function composePasswordRoutes({ app, database, authenticate, ...parts }: RouteParts) {
  const proofs = createProofsRepository(database)
  registerPasswordRoutes(app, {
    authenticate,
    changePassword: createChangePassword({ ...parts, proofs }),
    requestPasswordReset: createRequestPasswordReset(parts),
    resetPassword: createResetPassword(parts),
  })
}
