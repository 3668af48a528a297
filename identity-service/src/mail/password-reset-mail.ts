import type { Mail } from '@werk/shared/mail/mailer'

type Content = { to: string; token: string; resetUrl: string | null; minutes: number }

/**
 * The mail for a new password. The link carries the token in its fragment, which browsers send to no server: it reaches
 * neither access logs nor, as a Referer, other sites. The page reads it by script and posts it.
 */
export function passwordResetMail({ to, token, resetUrl, minutes }: Content): Mail {
  const way =
    resetUrl === null
      ? `Enter this code where you asked for it:\n\n${token}`
      : `Open this link to choose one:\n\n${linkTo(resetUrl, token)}`
  const text = `Somebody, hopefully you, asked for a new password.

${way}

It works once, for ${minutes} minutes. If it was not you, you need not do anything: your password stays as it is.
`
  return { to, subject: 'Your new password', text }
}

function linkTo(resetUrl: string, token: string): string {
  const url = new URL(resetUrl)
  url.hash = `token=${token}`
  return url.href
}
