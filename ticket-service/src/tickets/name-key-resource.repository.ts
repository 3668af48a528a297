import { keyInFlight } from '@werk/shared/idempotency/idempotency.errors'
import type { NameKeyResource } from './name-key-resource.ts'

/** Of the table `idempotency_keys`. */
export const nameKeyResource: NameKeyResource = async (tx, keyId, id) => {
  if (keyId === null) return
  const { affectedRows } = await tx.execute(
    'UPDATE idempotency_keys SET resource = ? WHERE id = ? AND resource IS NULL AND status IS NULL',
    [id, keyId],
  )
  if (affectedRows === 0) throw keyInFlight(0)
}
