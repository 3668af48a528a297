import Type from 'typebox'

const name = Type.String({ minLength: 1, maxLength: 100 })
const email = Type.String({ minLength: 1, maxLength: 190 })
const password = Type.String({ minLength: 1, maxLength: 1000 })

export const WerkRegistration = Type.Object({ name, lastname: name, email, password })
const otp = Type.Optional(Type.String({ maxLength: 64, description: 'code of the second factor' }))
export const WerkLogin = Type.Object({ email, password, otp })
export const WerkSession = Type.Object({
  token: Type.String(),
  name: Type.String(),
  lastname: Type.String(),
  email: Type.String(),
})
