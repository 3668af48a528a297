import type { PoolConnection } from '@werk/shared/database/pool'
import type { AppError } from '@werk/shared/errors/app-error'
import type { Fingerprint } from '@werk/shared/idempotency/idempotency-key'
import type { StoredAnswer } from '@werk/shared/idempotency/idempotency-store'

export type { StoredAnswer } from '@werk/shared/idempotency/idempotency-store'

/** A request that carries an Idempotency-Key: who asked under which key, and what. */
export type KeyedRequest = { id: string; fingerprint: Fingerprint }

/** The Idempotency-Keys, as the journal needs them. */
export type Keys = {
  /**
   * @returns the answer that the key has already, else null: the key is the intent's
   * @throws AppError idempotency.mismatch, idempotency.conflict
   */
  begin(
    tx: PoolConnection,
    key: KeyedRequest,
    intentId: string,
    leaseMs: number,
  ): Promise<StoredAnswer | null>
  finish(tx: PoolConnection, id: string, intentId: string, answer: StoredAnswer): Promise<void>
  release(tx: PoolConnection, id: string, intentId: string): Promise<void>
  /** The failure of a keyed request that cannot be promised to run once. Passes an AppError unchanged. */
  unavailable(cause: unknown): AppError
}
