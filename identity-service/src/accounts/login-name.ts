/**
 * Folds an e-mail or username to the form in which it is unique: regardless of case and Unicode form.
 * NFKC and a full case fold (upper, then lower: `ß` and `SS` meet), as UAX #15 and PRECIS (RFC 8265) advise.
 */
export function foldLoginName(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/** Characters: the width of the column. Folding can make a name longer. */
export const longestLoginName = 190

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|^\s|\s$/u

/** Names that look alike but are not: no control or format characters, no white space around. */
export function isLoginName(name: string): boolean {
  return !invisible.test(name) && foldLoginName(name).length <= longestLoginName
}

/** One `@` with something on both sides and no white space; any script (RFC 6531). Whether mail arrives is not known here. */
export function isEmail(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/u.test(email) && isLoginName(email)
}
