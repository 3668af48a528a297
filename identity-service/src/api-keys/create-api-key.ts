import type { ApiScope } from '@werk/shared/auth/api-key'
import type { Actor } from '../audit/audit-entry.ts'
import type { Clock } from '../sessions/open-session.ts'
import { type ApiKey, makeSecret } from './api-key.ts'
import { noApiKey, tooManyApiKeys } from './api-keys.errors.ts'
import type { ApiKeysRepository, Owner } from './api-keys.repository.ts'

/** A key together with its secret, which nobody can read again. */
export type RevealedApiKey = ApiKey & { key: string }

export type Wanted = { name: string; scopes: readonly ApiScope[] /** from now on */; days: number }

export type CreateApiKey = {
  make(owner: Owner, wanted: Wanted, actor: Actor, keyId: string | null): Promise<RevealedApiKey>
  /** For the retry of a request whose answer was lost with its process: nobody has the secret, so there is a new one. */
  makeAgain(owner: Owner, id: number, actor: Actor): Promise<RevealedApiKey>
}

type Needs = { apiKeys: ApiKeysRepository; clock: Clock }

/** Of an account, revoked ones not counted. */
const most = 50
const day = 24 * 60 * 60 * 1000

/** @throws AppError api_key.conflict, api_key.not_found, idempotency.conflict */
export function createCreateApiKey({ apiKeys, clock }: Needs): CreateApiKey {
  return {
    async make(owner, { name, scopes, days }, actor, keyId) {
      const [createdAt, secret] = [clock.now(), makeSecret()]
      const expiresAt = new Date(createdAt.getTime() + days * day)
      const apiKey = { name, scopes, createdAt, expiresAt }
      const made = await apiKeys.insert({ owner, apiKey, secret }, most, actor, keyId)
      if (made === null) throw tooManyApiKeys(most)
      return { ...made, key: secret.key }
    },

    async makeAgain(owner, id, actor) {
      const secret = makeSecret()
      const made = await apiKeys.replaceSecret(owner, id, secret, actor)
      if (made === null) throw noApiKey()
      return { ...made, key: secret.key }
    },
  }
}
