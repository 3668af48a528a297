import { commonPassword, shortPassword } from './passwords.errors.ts'

/** What a new password must be like. Passwords that are in use already are never held against it. */
export type PasswordPolicy = {
  /**
   * @param field the name of the body's field, for the failure's `errors`
   * @param minimum characters (Unicode code points) that the dialect asks for; the configuration may ask for more
   * @throws AppError password.invalid
   */
  check(field: string, password: string, minimum: number): void
}

type Options = {
  /** Characters, whatever the dialect; 0 leaves it to the dialect. */
  minLength: number
  /** Passwords that many people use, folded by `foldPassword`; null accepts them. */
  common: ReadonlySet<string> | null
}

/** What the routes of ours ask of a new password; dialects may ask for less. */
export const leastCharacters = 8

/** Length and a list, no rules of composition: as NIST SP 800-63B-4 (3.1.1.2) advises. */
export function createPasswordPolicy({ minLength, common }: Options): PasswordPolicy {
  return {
    check(field, password, minimum) {
      const least = Math.max(minLength, minimum)
      if ([...password].length < least) throw shortPassword(field, least)
      if (common?.has(foldPassword(password)) === true) throw commonPassword(field)
    },
  }
}

/** Capitals make a common password no better. */
export function foldPassword(password: string): string {
  return password.normalize('NFKC').toLowerCase()
}
