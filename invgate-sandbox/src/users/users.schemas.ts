import Type from 'typebox'
import { flag } from '../api/parameters.ts'

const email = Type.String({ pattern: '^[^@\\s]+@[^@\\s]+$' })

export const newUser = Type.Object({
  name: Type.String({ minLength: 1 }),
  lastname: Type.String({ minLength: 1 }),
  email,
  username: Type.Optional(Type.String({ minLength: 1 })),
  pass: Type.Optional(Type.String()),
  'other-email': Type.Optional(email),
  is_external: Type.Optional(flag),
  send_set_password_email: Type.Optional(flag),
})

export const userKey = Type.Object({
  email: Type.Optional(Type.String({ minLength: 1 })),
  username: Type.Optional(Type.String({ minLength: 1 })),
})
