import { createHash, createHmac, hkdfSync } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { canonicalJson } from './canonical-json.ts'
import { invalidKey } from './idempotency.errors.ts'

/** 1 to 255 visible ASCII characters that do not begin like a quoted string. */
const bare = /^[!#-~][!-~]{0,254}$/
/** RFC 8941, 3.3.3: a quoted string, where a backslash stands before a quote or a backslash. */
const quoted = /^"((?:[!#-[\]-~]|\\["\\])+)"$/

/**
 * The key of a request, or null without one. The draft wants a quoted string (draft-ietf-httpapi-idempotency-key-header,
 * RFC 8941), many clients send it bare, as Stripe takes it: `"k"` and `k` are one key.
 * @throws AppError idempotency.invalid
 */
export function readIdempotencyKey({ headers }: { headers: IncomingHttpHeaders }): string | null {
  const header = headers['idempotency-key']
  if (header === undefined) return null
  if (typeof header !== 'string') throw invalidKey()
  if (bare.test(header)) return header
  const key = quoted.exec(header)?.[1]?.replace(/\\(.)/g, '$1')
  if (key === undefined || key.length > 255) throw invalidKey()
  return key
}

export type KeyScope = {
  tenantId: number
  /** Whose key it is: no other caller's meets it. Null for callers without a token, who share theirs. */
  subject: string | null
  /** Method and path pattern, such as `POST /api/tickets`. */
  route: string
}

export type RequestParts = {
  body: unknown
  /** In the order they were sent. */
  files?: readonly { sha256: string; name: string; type: string | null }[]
}

/** What tells one request from another: hex HMAC-SHA-256 by the current secret, then by the previous one, if there is one. */
export type Fingerprint = readonly [string, ...string[]]

type Secrets = { JWT_SECRET: string; JWT_SECRET_PREVIOUS?: string }

export type KeyScopes = {
  /** The id under which a key is kept, 64 hex digits. It needs no secret, so it outlives a rotation. */
  id(scope: KeyScope, key: string): string
  /** Keyed by a secret, because what it covers may be a password, which a bare hash would lay open to guessing. */
  fingerprint(parts: RequestParts): Fingerprint
}

/** Names the keys of one service and tells their requests apart. */
export function createKeyScope({ JWT_SECRET, JWT_SECRET_PREVIOUS }: Secrets): KeyScopes {
  const current = fingerprintKey(JWT_SECRET)
  const previous = JWT_SECRET_PREVIOUS === undefined ? [] : [fingerprintKey(JWT_SECRET_PREVIOUS)]
  return {
    id: ({ tenantId, subject, route }, key) =>
      createHash('sha256')
        .update(JSON.stringify([tenantId, subject, route, key]))
        .digest('hex'),
    fingerprint({ body, files = [] }) {
      const text = canonicalJson([body, files.map(({ sha256, name, type }) => [sha256, name, type])])
      const by = (secret: Buffer) => createHmac('sha256', secret).update(text).digest('hex')
      return [by(current), ...previous.map(by)]
    },
  }
}

function fingerprintKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'werk idempotency fingerprint', 32))
}
