import type { ApiKey } from './api-key.ts'
import type { ApiKeysRepository } from './api-keys.repository.ts'

/** An account's keys, expired ones among them, revoked ones not. There are few enough for one answer. */
export type ListApiKeys = (userId: number) => Promise<ApiKey[]>

export function createListApiKeys({ apiKeys }: { apiKeys: ApiKeysRepository }): ListApiKeys {
  return (userId) => apiKeys.list(userId)
}
