import { commonPassword, knownWords, shortPassword } from './passwords.errors.ts'

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
  /** Words that everybody here knows: a password must be more than them. */
  words: readonly string[]
}

/** What the routes of ours ask of a new password; dialects may ask for less. */
export const leastCharacters = 8

/** Length and a list, no rules of composition: as NIST SP 800-63B-4 (3.1.1.2) advises. */
export function createPasswordPolicy({ minLength, common, words }: Options): PasswordPolicy {
  const known = words.map(foldPassword).toSorted((a, b) => b.length - a.length)
  return {
    check(field, password, minimum) {
      const least = Math.max(minLength, minimum)
      if ([...password].length < least) throw shortPassword(field, least)
      const folded = foldPassword(password)
      if (common !== null && kernelsOf(folded).some((kernel) => common.has(kernel)))
        throw commonPassword(field)
      if (isMadeOf(known, folded)) throw knownWords(field)
    },
  }
}

/** Capitals make a common password no better. */
export function foldPassword(password: string): string {
  return password.normalize('NFKC').toLowerCase()
}

const shortestKernel = 4
const leastOfOnesOwn = 8

/**
 * A password and what it comes to when it is made long enough by saying it again, or by digits and signs around it: a
 * list of common passwords has next to none of 15 characters, and that is what people make of the shorter ones.
 */
function kernelsOf(folded: string): string[] {
  const once = repeatedPartOf(folded)
  const bare = withoutMarks(folded)
  const kernels = [once, bare, repeatedPartOf(bare), withoutMarks(once)]
  return [folded, ...kernels.filter((kernel) => kernel.length >= shortestKernel)]
}

const repeatedPartOf = (text: string): string => /^(.+?)\1+$/su.exec(text)?.[1] ?? text
const withoutMarks = (text: string): string => text.replace(/^\P{L}+|(?<=\p{L})\P{L}+$/gu, '')

/** Whether hardly a letter or digit is left without the words. @param words the longest first */
function isMadeOf(words: readonly string[], folded: string): boolean {
  const rest = words.reduce((left, word) => left.replaceAll(word, ' '), folded)
  return rest !== folded && [...rest.matchAll(/[\p{L}\p{N}]/gu)].length < leastOfOnesOwn
}
