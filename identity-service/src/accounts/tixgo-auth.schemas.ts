import { Role } from '@werk/shared/auth/principal'
import Type from 'typebox'

const username = Type.String({ minLength: 3, maxLength: 50 })
const password = Type.String({ minLength: 4, maxLength: 200 })

export const TixgoRegistration = Type.Object({
  username,
  password,
  /** TixGo's own roles are committee and admin; the other staff roles are known, so that refusing them can say why. */
  role: Type.Enum(['committee', 'admin', 'agent', 'vendor']),
})
export const TixgoAccount = Type.Object({ username: Type.String(), role: Role })
/** An e-mail works as well as a username, so the length is that of the longer. */
export const TixgoLogin = Type.Object({
  username: Type.String({ minLength: 1, maxLength: 190 }),
  password: Type.String({ minLength: 1, maxLength: 1000 }),
  otp: Type.Optional(Type.String({ maxLength: 64, description: 'code of the second factor' })),
})
export const TixgoSession = Type.Object({ access_token: Type.String(), token_type: Type.Literal('bearer') })
