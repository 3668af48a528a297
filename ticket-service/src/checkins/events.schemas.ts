import Type, { type Static } from 'typebox'
import { foreignId } from './checkins.schemas.ts'
import { directions } from './scan.ts'

const limit = Type.Integer({ minimum: 1, maximum: 100 })

export const GuestsBody = Type.Object({
  ticket_ids: Type.Array(foreignId('as in a check-in'), { maxItems: 10_000 }),
})
export const GuestsQuery = Type.Object({
  limit,
  cursor: Type.Optional(
    Type.String({ maxLength: 1100, pattern: '^[\\w-]+$', description: 'next_cursor of the page before' }),
  ),
})
export const Guest = Type.Object({ ticket_id: foreignId('as it was sent') })
export const GuestCount = Type.Object({ guests: Type.Integer({ description: 'on the list now' }) })

export const ScansQuery = Type.Object({
  limit,
  cursor: Type.Optional(Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'the last id seen' })),
})
export const RecordedScan = Type.Object({
  id: Type.String(),
  ticket_id: foreignId('as it was sent'),
  seq: Type.Integer({ description: 'counts the scans of the ticket, from 1' }),
  direction: Type.Enum([...directions], { description: 'undo takes back the check-in before it' }),
  scanned_by: Type.String(),
  scanned_at: Type.String({ description: 'RFC 3339' }),
  recorded_at: Type.String({ description: 'RFC 3339; later than scanned_at where the gate was offline' }),
  offline: Type.Boolean(),
  nonce: Type.Union([Type.String(), Type.Null()]),
})
export type RecordedScan = Static<typeof RecordedScan>
