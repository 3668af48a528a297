import Type from 'typebox'

const name = Type.String({ minLength: 1, maxLength: 100 })
const lastname = Type.String({ maxLength: 100 })
const email = Type.String({ minLength: 1, maxLength: 190 })

export const WorkpulseRegistration = Type.Object({
  name,
  lastname: Type.Optional(lastname),
  email,
  password: Type.String({ minLength: 8, maxLength: 1000 }),
})
export const WorkpulseLogin = Type.Object({
  email,
  password: Type.String({ minLength: 1, maxLength: 1000 }),
  otp: Type.Optional(Type.String({ maxLength: 64, description: 'code of the second factor' })),
})
