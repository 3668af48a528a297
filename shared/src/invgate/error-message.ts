import { isRecord } from './wire-values.ts'

const longest = 300
/** Enough to fill the longest message; what lies beyond is not worth searching. */
const searched = 4000

/**
 * InvGate's own words for a failure, from `info`, `error` or `message` of its answer, fit to be shown:
 * plain text of 300 characters at most, without markup, addresses, paths and whatever `secrets` lists. Null where it gave none.
 */
export function readErrorMessage(body: unknown, secrets: readonly string[]): string | null {
  if (!isRecord(body)) return null
  for (const field of [body.info, body.error, body.message]) {
    if (typeof field !== 'string') continue
    const message = clean(field, secrets)
    if (message !== '') return message
  }
  return null
}

function clean(text: string, secrets: readonly string[]): string {
  let message = text.slice(0, searched)
  for (const secret of secrets) message = message.replaceAll(secret, '…')
  message = message
    .replace(/<(script|style)\b[\s\S]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<[/!?a-z][^<>]*(?:>|$)/gi, ' ')
    .replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+/gi, '…')
    .replace(/(?<![\w.])[a-z]:\\\S+/gi, '…')
    .replace(/(?<![\w.])\/[\w.@~-]+\/\S*/g, '…')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return message.length > longest ? `${message.slice(0, longest - 1).trimEnd()}…` : message
}
