import { v5 as uuidv5 } from 'uuid'

const namespace = '5c8f0b0e-6d0b-4d39-9c1b-0f4f6a2d7e53'

/**
 * The id of a ticket that was raised in InvGate: a UUIDv5 (RFC 9562, 5.5) of InvGate's id. It is the same whoever
 * imports it, so that it can be there only once, and its version tells it from a ticket that was raised here.
 */
export function importedTicketId(invGateId: number): string {
  return uuidv5(`incident:${invGateId}`, namespace)
}

/** Whether the row of `tickets` was raised here. The version is a UUID's 15th character. */
export const wasRaisedHere = "SUBSTRING(id, 15, 1) <> '5'"
