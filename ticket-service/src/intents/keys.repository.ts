import type { PoolConnection } from '@werk/shared/database/pool'
import { AppError } from '@werk/shared/errors/app-error'
import { keyInFlight, keyMismatch, keysUnavailable } from '@werk/shared/idempotency/idempotency.errors'
import type { IdempotencyStore } from '@werk/shared/idempotency/idempotency-store'
import type { Keys } from './keys.ts'

type Needs = {
  store: IdempotencyStore
  isUnderWay: (tx: PoolConnection, intentId: string) => Promise<boolean>
}

/** Idempotency-Keys whose resource is a ticket's intent: as long as that is under way, so is the request. */
export function createKeys({ store, isUnderWay }: Needs): Keys {
  const keys: Keys = {
    async begin(tx, key, resource, leaseMs) {
      const begun = await store.begin(tx, { ...key, resource, leaseMs })
      switch (begun.kind) {
        case 'new':
          return null
        case 'replay':
          return begun.answer
        case 'mismatch':
          throw keyMismatch()
        case 'in_flight':
          throw keyInFlight(begun.retryAfterMs)
        case 'abandoned':
          if (begun.resource !== null && (await isUnderWay(tx, begun.resource))) throw keyInFlight(leaseMs)
          await store.release(tx, { id: key.id, resource: begun.resource })
          return keys.begin(tx, key, resource, leaseMs)
      }
    },
    async finish(tx, id, intentId, answer) {
      await store.finish(tx, { id, resource: intentId }, answer)
    },
    async release(tx, id, intentId) {
      await store.release(tx, { id, resource: intentId })
    },
    unavailable: (cause) => (cause instanceof AppError ? cause : keysUnavailable(cause)),
  }
  return keys
}
