import { createHash } from 'node:crypto'

/** What an API key begins with: neither a person nor a scanner for leaked secrets takes it for anything else. */
export const apiKeyPrefix = 'werk_'

export function isApiKey(credential: string): boolean {
  return credential.startsWith(apiKeyPrefix)
}

/** As it is kept and looked up: SHA-256 in hex, which is enough for 256 random bits. */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** What a key may be allowed to do, each named by the routes that ask for it. */
export const apiScopes = [
  'tickets:read',
  'tickets:write',
  'checkins:read',
  'checkins:write',
  'accounts:read',
] as const
export type ApiScope = (typeof apiScopes)[number]
