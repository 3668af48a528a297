/** Characters. Other words are in no index: InnoDB's `innodb_ft_min_token_size` and `_max_`, as both servers are delivered. */
const [shortestWord, longestWord] = [3, 84]
const mostWords = 12

/** InnoDB indexes none of these (INFORMATION_SCHEMA.INNODB_FT_DEFAULT_STOPWORD), so to demand one would find nothing. */
const stopwords = new Set(
  'about are com for from how that the this und was what when where who will with www'.split(' '),
)

/** What InnoDB takes for no part of a word, whatever it is to Unicode: all beyond the Basic Multilingual Plane. */
const beyondIndex = /[\u{10000}-\u{10ffff}]/gu

/**
 * What was typed, for a full-text search in boolean mode: every word must occur, or a word that begins so. Operators that
 * somebody types are no operators.
 * @returns null when no word is left that could be found
 */
export function searchQueryOf(typed: string): string | null {
  const text = typed.normalize('NFC').replace(beyondIndex, ' ')
  const wanted = (text.match(/[\p{L}\p{M}\p{N}_]+/gu) ?? []).filter(isIndexed)
  if (wanted.length === 0) return null
  return wanted
    .slice(0, mostWords)
    .map((word) => `+${word}*`)
    .join(' ')
}

function isIndexed(word: string): boolean {
  const { length } = word
  return length >= shortestWord && length <= longestWord && !stopwords.has(word.toLowerCase())
}
