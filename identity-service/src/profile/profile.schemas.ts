import { Role } from '@werk/shared/auth/principal'
import Type, { type Static } from 'typebox'

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** Others are refused by their names, with the reason. */
export const ProfilePatch = Type.Object({
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  lastname: Type.Optional(Type.String({ maxLength: 100 })),
})

export const ProfileWire = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  lastname: Type.String(),
  email: orNull(Type.String()),
  username: orNull(Type.String()),
  role: Role,
  tenant_id: Type.Integer(),
  teams: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })),
  created_at: Type.String({ description: 'RFC 3339' }),
  last_login_at: orNull(Type.String()),
})
export type ProfileWire = Static<typeof ProfileWire>
