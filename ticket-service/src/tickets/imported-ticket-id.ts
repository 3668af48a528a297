import { createHash } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'

/**
 * The id of a ticket that was raised in InvGate: a UUIDv7 of the time it was raised, its other bits made of InvGate's id, so
 * that whoever imports it finds the same.
 */
export function importedTicketId(invGateId: number, createdAt: Date): string {
  const random = createHash('sha256').update(`incident:${invGateId}`).digest().subarray(0, 16)
  return uuidv7({ msecs: createdAt.getTime(), random, seq: random.readUInt32BE(12) })
}
