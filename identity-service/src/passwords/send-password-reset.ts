import { foldLoginName } from '@werk/shared/auth/login-name'
import type { Mailer } from '@werk/shared/mail/mailer'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import { passwordResetMail } from '../mail/password-reset-mail.ts'
import type { PasswordChangesRepository } from './password-changes.repository.ts'

type Needs = {
  accounts: Pick<AccountsRepository, 'findByLoginName'>
  passwordChanges: Pick<PasswordChangesRepository, 'makeResetToken'>
  mailer: Mailer
  /** the page that asks for a new password */
  resetUrl: string | null
}

/** The outbox's jobs by which a forgotten password is worked off; the subject is the folded e-mail address. */
export const forgottenPasswordJob = 'password.forgotten'
export const resetTokenMinutes = 10

/**
 * Sends the mail with a one-time token to the holder of an address, if there is one. When the mail fails, the next try
 * makes another token: the one that was not sent ends.
 */
export function createSendPasswordReset({ accounts, passwordChanges, mailer, resetUrl }: Needs) {
  return async (folded: string): Promise<void> => {
    const account = await accounts.findByLoginName(folded)
    if (account === null || !account.active || !account.tenantActive) return
    // The mail goes to the address of the account and never to one that only folds to it.
    const { email } = account
    if (email === null || foldLoginName(email) !== folded) return
    const token = await passwordChanges.makeResetToken(account, resetTokenMinutes * 60)
    await mailer.send(passwordResetMail({ to: email, token, resetUrl, minutes: resetTokenMinutes }))
  }
}
