import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** What a refresh token begins with: neither a person nor a scanner for leaked secrets takes it for anything else. */
const prefix = 'wrt_'

/** The first of a session: 256 random bits, which say nothing to whoever holds them. */
export function newRefreshToken(): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** As it is kept and looked up: SHA-256 in hex, which is enough for 256 random bits. */
export function hashRefreshToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** The successors that a token can have: by the current secret first, then by the previous one, if there is one. */
export type SuccessorsOf = (token: string) => readonly [string, ...string[]]

type Secrets = { JWT_SECRET: string; JWT_SECRET_PREVIOUS?: string }

/**
 * A successor is derived and not drawn: whoever holds the secret and is shown a token can say again what followed it, so
 * that nothing is kept in clear and two replicas that see the same token at once agree. HMAC-SHA-256, the key by HKDF.
 */
export function createSuccessorsOf({ JWT_SECRET, JWT_SECRET_PREVIOUS }: Secrets): SuccessorsOf {
  const current = successorKey(JWT_SECRET)
  const previous = JWT_SECRET_PREVIOUS === undefined ? [] : [successorKey(JWT_SECRET_PREVIOUS)]
  return (token) => {
    const by = (key: Buffer) => prefix + createHmac('sha256', key).update(token).digest('base64url')
    return [by(current), ...previous.map(by)]
  }
}

function successorKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'werk refresh token successor', 32))
}
