import { keyInFlight } from '@werk/shared/idempotency/idempotency.errors'
import type { Transaction } from './record-change.ts'

/**
 * Gives an idempotency key what was made under it, in the transaction that makes it, so that the key tells of it exactly
 * when it exists.
 * @throws AppError idempotency.conflict when another try under the key came first
 */
export async function nameKeyResource(tx: Transaction, keyId: string | null, id: number): Promise<void> {
  if (keyId === null) return
  const named = await tx.$executeRaw`UPDATE idempotency_keys SET resource = ${String(id)}
    WHERE id = ${keyId} AND resource IS NULL AND status IS NULL`
  if (named === 0) throw keyInFlight(0)
}
