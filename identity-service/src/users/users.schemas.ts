import { Role } from '@werk/shared/auth/principal'
import Type, { type Static } from 'typebox'
import { pageQuery } from '../administration/page.request.ts'

const orNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const name = Type.String({ minLength: 1, maxLength: 100 })
const lastname = Type.String({ maxLength: 100 })

export const UsersQuery = Type.Object({
  ...pageQuery,
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 190,
      description: 'part of a name, e-mail or username, in any case',
    }),
  ),
  role: Type.Optional(Role),
  active: Type.Optional(Type.Boolean()),
})

export const NewUser = Type.Object({
  name,
  lastname: Type.Optional(lastname),
  email: Type.Optional(Type.String({ minLength: 1, maxLength: 190 })),
  username: Type.Optional(Type.String({ minLength: 3, maxLength: 50 })),
  password: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'without one, the person asks for a new password',
    }),
  ),
  role: Role,
  active: Type.Optional(Type.Boolean()),
})

export const UserPatch = Type.Object(
  {
    name: Type.Optional(name),
    lastname: Type.Optional(lastname),
    role: Type.Optional(Role),
    active: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false, minProperties: 1 },
)

export const UserWire = Type.Object({
  id: Type.Integer(),
  tenant_id: Type.Integer(),
  name: Type.String(),
  lastname: Type.String(),
  email: orNull(Type.String()),
  username: orNull(Type.String()),
  role: Role,
  active: Type.Boolean(),
  invgate_id: orNull(Type.Integer()),
  created_at: Type.String({ description: 'RFC 3339' }),
  updated_at: Type.String(),
  last_login_at: orNull(Type.String()),
})
export type UserWire = Static<typeof UserWire>

export const EndedSessions = Type.Object({ ended: Type.Integer() })
