import type { BulkResultWire } from './bulk.schemas.ts'
import type { BulkResult } from './update-tickets.ts'

/** The one place that maps the results of a bulk change to the wire. */
export function toWireResult({ id, failure }: BulkResult): BulkResultWire {
  if (failure === null) return { id, ok: true }
  return { id, ok: false, code: failure.code, message: failure.message }
}
