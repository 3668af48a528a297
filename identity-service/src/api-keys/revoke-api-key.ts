import type { Actor } from '../audit/audit-entry.ts'
import type { Clock } from '../sessions/open-session.ts'
import { noApiKey } from './api-keys.errors.ts'
import type { ApiKeysRepository, Owner } from './api-keys.repository.ts'

/** Ends a key for good. */
export type RevokeApiKey = (owner: Owner, id: number, actor: Actor) => Promise<void>

/** @throws AppError api_key.not_found for one that is unknown, another's or revoked already */
export function createRevokeApiKey({
  apiKeys,
  clock,
}: {
  apiKeys: ApiKeysRepository
  clock: Clock
}): RevokeApiKey {
  return async (owner, id, actor) => {
    if (!(await apiKeys.revoke(owner, id, clock.now(), actor))) throw noApiKey()
  }
}
