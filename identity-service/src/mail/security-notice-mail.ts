import type { Mail } from '@werk/shared/mail/mailer'

type Content = { to: string; sentence: string; at: Date; address: string | null }

/** Tells what happened to an account. It has no link, so that nobody learns to follow links of such mails. */
export function securityNoticeMail({ to, sentence, at, address }: Content): Mail {
  const from = address === null ? '' : `\nFrom: ${address}`
  const text = `${sentence}

When: ${at.toISOString()}${from}

If it was you, you need not do anything. If it was not, set a new password and end your other log-ins.
`
  return { to, subject: 'Your account', text }
}
