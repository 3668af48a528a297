import Type from 'typebox'

/** How long a new one must be is the policy's; the limit above lets sentences of any script pass. */
const newPassword = Type.String({ minLength: 1, maxLength: 1000 })

export const PasswordChange = Type.Object({
  current_password: Type.String({ minLength: 1, maxLength: 1000 }),
  new_password: newPassword,
  otp: Type.Optional(Type.String({ maxLength: 64, description: 'code of the second factor' })),
})

export const ForgottenPassword = Type.Object({ email: Type.String({ minLength: 1, maxLength: 190 }) })

export const PasswordReset = Type.Object({
  token: Type.String({ minLength: 1, maxLength: 200, description: 'from the mail' }),
  new_password: newPassword,
})
