import Type, { type Static } from 'typebox'
import { numberCursorQuery, RowNumber } from '../paging/number-cursor.request.ts'

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const AuditQuery = Type.Object({
  ...numberCursorQuery,
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: 320, description: 'such as ticket:<id>' })),
  action: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'such as ticket.status_changed' }),
  ),
  actor_id: Type.Optional(RowNumber),
})

export const AuditWire = Type.Object({
  seq: Type.Integer(),
  at: Type.String({ description: 'RFC 3339' }),
  tenant_id: Type.Integer(),
  actor_id: orNull(Type.Integer({ description: 'the account that did it' })),
  actor: Type.String({ description: 'its login name, or invgate or service' }),
  action: Type.String(),
  subject: Type.String({ description: 'to what it was done, such as ticket:<id>' }),
  address: orNull(Type.String()),
  request_id: orNull(Type.String()),
  details: Type.Record(Type.String(), Type.Unknown()),
})
export type AuditWire = Static<typeof AuditWire>
