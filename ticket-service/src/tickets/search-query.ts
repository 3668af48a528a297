/** Shorter words are in no index: InnoDB's `innodb_ft_min_token_size`, as both servers are delivered. */
const shortestWord = 3
const mostWords = 12

/** InnoDB indexes none of these (INFORMATION_SCHEMA.INNODB_FT_DEFAULT_STOPWORD), so to demand one would find nothing. */
const stopwords = new Set(
  'about are com for from how that the this und was what when where who will with www'.split(' '),
)

/**
 * What was typed, for a full-text search in boolean mode: every word must occur, or a word that begins so. Operators that
 * somebody types are no operators.
 * @returns null when no word is left that could be found
 */
export function searchQueryOf(typed: string): string | null {
  const words = typed.normalize('NFC').match(/[\p{L}\p{N}_]+/gu) ?? []
  const wanted = words.filter(
    (word) => [...word].length >= shortestWord && !stopwords.has(word.toLowerCase()),
  )
  if (wanted.length === 0) return null
  return wanted
    .slice(0, mostWords)
    .map((word) => `+${word}*`)
    .join(' ')
}
