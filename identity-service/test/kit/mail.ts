import { textOf } from '@werk/shared/test-kit/mail-server'

export { startMailServer, textOf } from '@werk/shared/test-kit/mail-server'

/** The token of a mail for a new password. */
export function tokenIn(source: string): string {
  const token = /[A-Za-z0-9_-]{43}/.exec(textOf(source))?.[0]
  if (token === undefined) throw new Error(`no token in: ${source}`)
  return token
}
