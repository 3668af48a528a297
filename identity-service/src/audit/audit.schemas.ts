import Type, { type Static } from 'typebox'
import { Id, pageQuery } from '../administration/page.request.ts'

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const time = (description: string) => Type.Optional(Type.String({ format: 'date-time', description }))

export const AuditQuery = Type.Object({
  ...pageQuery,
  action: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'such as session.opened' })),
  actor_id: Type.Optional(Id),
  subject: Type.Optional(Type.String({ minLength: 1, maxLength: 320, description: 'such as user:17' })),
  from: time('RFC 3339, inclusive'),
  to: time('RFC 3339, exclusive'),
})

export const AuditWire = Type.Object({
  seq: Type.Integer(),
  at: Type.String({ description: 'RFC 3339' }),
  tenant_id: Type.Integer(),
  actor_id: orNull(Type.Integer({ description: 'the account that did it' })),
  actor: orNull(Type.String({ description: 'the login name that was given' })),
  action: Type.String(),
  subject: Type.String({ description: 'to what it was done, such as user:17' }),
  address: orNull(Type.String()),
  request_id: orNull(Type.String()),
  details: orNull(Type.Record(Type.String(), Type.Unknown())),
  previous_hash: Type.String({ description: 'of the entry before, of whatever tenant' }),
  hash: Type.String({ description: 'SHA-256 in hex' }),
})
export type AuditWire = Static<typeof AuditWire>

export const VerdictWire = Type.Object({
  valid: Type.Boolean(),
  good_entries: Type.Integer({ description: 'from the first entry on' }),
  head: Type.Object({ seq: Type.Integer(), hash: Type.String() }),
  first_wrong: orNull(
    Type.Object({
      seq: Type.Integer(),
      fault: Type.Enum(['missing', 'changed', 'out of order']),
    }),
  ),
})
