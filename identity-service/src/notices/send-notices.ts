import type { Mailer } from '@werk/shared/mail/mailer'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import { securityNoticeMail } from '../mail/security-notice-mail.ts'
import { noticeActions, noticeJob, readNoticeSubject, sentenceOf } from './notice.ts'

type Needs = { accounts: Pick<AccountsRepository, 'findById'>; mailer: Mailer }

/** The handlers of the outbox that tell people what became of their ways in (ASVS 6.3.7); who has no address is not told. */
export function createSendNotices({ accounts, mailer }: Needs) {
  const send = (action: string) => async (subject: string) => {
    const { userId, ...notice } = readNoticeSubject(subject)
    const account = await accounts.findById(userId)
    if (account === null || account.email === null) return
    const sentence = sentenceOf(action) ?? action
    await mailer.send(securityNoticeMail({ to: account.email, sentence, ...notice }))
  }
  return Object.fromEntries(noticeActions.map((action) => [noticeJob(action), send(action)]))
}
