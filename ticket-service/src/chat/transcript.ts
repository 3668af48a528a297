import type { ChatMessage } from './chat-message.ts'

/** Of a ticket's description and of a reply, as contract 7's routes take them. */
export const longestText = 65_535

type Said = Pick<ChatMessage, 'author' | 'authorName' | 'message' | 'createdAt'>

const continued = '\n\n[The transcript goes on in the replies.]'

/**
 * What was said, as texts that a ticket can hold: the first is for its description, those that follow are for replies. No
 * message is ever cut: with its line breaks indented, one of the longest that are taken is less than half of a text.
 */
export function transcriptOf(said: readonly Said[], longest = longestText): [string, ...string[]] {
  const parts = packed(said.map(entryOf), longest - headOf(99_999, 99_999).length - continued.length)
  const [first = '', ...rest] = parts
  const description = `Live chat. Times are in UTC.\n\n${first}`
  if (rest.length === 0) return [description]
  const replies = rest.map((part, index) => `${headOf(index + 2, parts.length)}${part}`)
  return [`${description}${continued}`, ...replies]
}

function headOf(part: number, of: number): string {
  return `Live chat, part ${part} of ${of} of the transcript. Times are in UTC.\n\n`
}

/** As many entries to a part as fit. */
function packed(entries: readonly string[], longest: number): string[] {
  const parts: string[] = []
  let part = ''
  for (const entry of entries) {
    const joined = part === '' ? entry : `${part}\n\n${entry}`
    if (joined.length > longest && part !== '') parts.push(part)
    part = joined.length > longest ? entry : joined
  }
  return [...parts, part]
}

/** Whatever a reader may take for the end of a line. */
const lineBreak = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g

/**
 * What was said is indented, every line of it, and a name keeps to its line: so nobody can write what would look like the
 * words of somebody else.
 */
function entryOf({ author, authorName, message, createdAt }: Said): string {
  const time = createdAt.toISOString().slice(0, 19).replace('T', ' ')
  const name = authorName.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return `${time} ${name} (${author}):\n  ${message.replace(lineBreak, '$&  ')}`
}
