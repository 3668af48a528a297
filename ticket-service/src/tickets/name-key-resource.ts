import type { PoolConnection } from '@werk/shared/database/pool'

/**
 * Gives an idempotency key what was made under it, in the transaction that makes it, so that the key tells of it exactly
 * when it exists.
 * @throws AppError idempotency.conflict when another try under the key came first
 */
export type NameKeyResource = (tx: PoolConnection, keyId: string | null, id: string) => Promise<void>
