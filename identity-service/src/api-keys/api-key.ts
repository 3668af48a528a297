import { randomBytes } from 'node:crypto'
import { type ApiScope, apiKeyPrefix, hashApiKey } from '@werk/shared/auth/api-key'

/** A machine's key, as its owner sees it: never the key itself. */
export type ApiKey = {
  id: number
  name: string
  /** How the key begins, so that its owner can tell it from others. */
  prefix: string
  scopes: readonly string[]
  createdAt: Date
  expiresAt: Date
  /** null when it never was used; to the minute */
  lastUsedAt: Date | null
}

export type NewApiKey = { name: string; scopes: readonly ApiScope[]; createdAt: Date; expiresAt: Date }

/** A key in the one moment in which it is known. */
export type Secret = { key: string; prefix: string; hash: string }

const shownCharacters = 6

/** 256 random bits. What is shown of them again leaves 220 to guess. */
export function makeSecret(): Secret {
  const key = apiKeyPrefix + randomBytes(32).toString('base64url')
  return { key, prefix: key.slice(0, apiKeyPrefix.length + shownCharacters), hash: hashApiKey(key) }
}
