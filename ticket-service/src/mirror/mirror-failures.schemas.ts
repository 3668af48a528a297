import Type, { type Static } from 'typebox'
import { numberCursorQuery, RowNumber } from '../paging/number-cursor.request.ts'

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const MirrorFailuresQuery = Type.Object(numberCursorQuery)
export const MirrorFailureParams = Type.Object({ id: RowNumber })
export const DropBody = Type.Object({
  reason: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S', description: 'is kept for good' }),
})

export const MirrorFailureWire = Type.Object({
  id: Type.Integer(),
  kind: Type.Enum(['reply', 'state'], { description: 'what InvGate was to be told of' }),
  ticket_id: Type.String(),
  inv_gate_id: orNull(Type.Integer()),
  reply_id: orNull(Type.String()),
  attempts: Type.Integer({ description: 'how often a worker had it' }),
  last_error: orNull(Type.String()),
  sent_at: orNull(Type.String({ description: 'the latest time that InvGate was sent what it may have' })),
  created_at: Type.String(),
})
export type MirrorFailureWire = Static<typeof MirrorFailureWire>
