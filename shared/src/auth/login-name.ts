import type { Principal } from './principal.ts'

/**
 * Folds an e-mail or username to the form in which it is unique: regardless of case and Unicode form.
 * NFKC and a full case fold (upper, then lower: `ß` and `SS` meet), as UAX #15 and PRECIS (RFC 8265) advise.
 */
export function foldLoginName(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
}

/** By what a person's things are found: the e-mail, or the username of an account without one. */
export function loginNameOf({ email, sub }: Principal): string {
  return email ?? sub
}
