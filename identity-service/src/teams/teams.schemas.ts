import { Role } from '@werk/shared/auth/principal'
import Type, { type Static } from 'typebox'
import { Id, SmallId } from '../administration/page.request.ts'

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const TeamBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: '\\S', description: 'unique in the tenant' }),
})
export const MemberParams = Type.Object({ id: SmallId, userId: Id })
/** May be absent. */
export const MemberBody = Type.Union([
  Type.Object({ lead: Type.Optional(Type.Boolean({ description: 'default false' })) }),
  Type.Null(),
])

export const TeamWire = Type.Object({
  id: Type.Integer(),
  tenant_id: Type.Integer(),
  name: Type.String(),
  member_count: Type.Integer(),
  mine: Type.Boolean({ description: 'whether the caller is a member' }),
  created_at: Type.String({ description: 'RFC 3339' }),
})
export type TeamWire = Static<typeof TeamWire>

export const MemberWire = Type.Object({
  id: Type.Integer({ description: 'of the account' }),
  name: Type.String(),
  lastname: Type.String(),
  email: orNull(Type.String()),
  username: orNull(Type.String()),
  role: Role,
  active: Type.Boolean(),
  lead: Type.Boolean(),
  added_at: Type.String(),
  metrics: Type.Object({
    last_seen_at: orNull(Type.String()),
    active_sessions: Type.Integer(),
    log_ins_30_days: Type.Integer(),
  }),
})
export type MemberWire = Static<typeof MemberWire>
