import { foldLoginName } from '@werk/shared/auth/login-name'

/** Characters: the width of the column. Folding can make a name longer. */
export const longestLoginName = 190

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s|\s$/u

/** Names that look alike but are not: no control or format characters, no white space around. */
export function isLoginName(name: string): boolean {
  return !invisible.test(name) && [...foldLoginName(name)].length <= longestLoginName
}

/** One `@` with something on both sides and no white space; any script (RFC 6531). Whether mail arrives is not known here. */
export function isEmail(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/u.test(email) && isLoginName(email)
}
