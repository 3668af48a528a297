import { invalidTag } from './tags.errors.ts'

/** Characters. */
const longestTag = 50
const unseen = /[\p{Cc}\p{Zl}\p{Zp}]/u

/**
 * The form in which a tag is one however it is written: without blanks around it and regardless of case and of how its
 * accents are composed (UAX #15). Case is folded character by character, so that ß stays what it is.
 * @param field whose value it is
 * @throws AppError tag.invalid
 */
export function foldTag(typed: string, field: string): string {
  const tag = Array.from(typed.normalize('NFC').trim(), foldCase).join('').normalize('NFC')
  const { length } = Array.from(tag)
  if (length === 0 || length > longestTag || unseen.test(tag)) throw invalidTag(field, longestTag)
  return tag
}

/** By the upper case first, because some letters, such as σ and ς, have several lower ones. */
function foldCase(character: string): string {
  const upper = character.toUpperCase()
  return Array.from(upper).length === 1 ? upper.toLowerCase() : character.toLowerCase()
}
