import { hash } from 'node:crypto'
import { inTransaction, type Pool, together } from '@werk/shared/database/pool'
import Type from 'typebox'
import { v7 as uuidv7 } from 'uuid'

export type NewCheckIn = { event_id: string; ticket_id: string }

export const checkedInSchema = Type.Object({
  status: Type.String(),
  record: Type.Object({
    event_id: Type.String(),
    ticket_id: Type.String(),
    checked_in_by: Type.String(),
    checked_in_at: Type.String(),
  }),
})

const slots = 16
const insertSql = `INSERT INTO check_in_scans (tenant_id, event_id, ticket_id, seq, id, direction, scanned_by, scanned_at,
  recorded_at, offline, event_is_number, ticket_is_number, nonce, nonce_key)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const countSql = `INSERT INTO check_in_totals (tenant_id, event_id, slot, checked_in, inside) VALUES (?, ?, ?, 1, 1)
  ON DUPLICATE KEY UPDATE checked_in = checked_in + 1, inside = inside + 1`

/** The same rows as ours, in one transaction and sent together. */
export function createCheckInWrite(pool: Pool) {
  return async (ticket: NewCheckIn, gate: { sub: string; tenant_id: number }) => {
    const { event_id, ticket_id } = ticket
    const now = new Date()
    const slot = hash('sha256', ticket_id, 'buffer').readUInt8(0) % slots
    const key = [gate.tenant_id, event_id, ticket_id, 1, uuidv7(), 'in']
    const rest = [gate.sub, now, now, false, false, false, null, null]
    await inTransaction(pool, (tx) =>
      together([
        tx.execute(insertSql, [...key, ...rest]),
        tx.execute(countSql, [gate.tenant_id, event_id, slot]),
      ]),
    )
    const record = { event_id, ticket_id, checked_in_by: gate.sub, checked_in_at: now.toISOString() }
    return { status: 'checked_in', record }
  }
}
