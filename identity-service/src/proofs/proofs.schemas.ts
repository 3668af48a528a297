import Type from 'typebox'

export const ProofRequest = Type.Object({
  password: Type.String({ minLength: 1, maxLength: 1000 }),
  otp: Type.Optional(Type.String({ maxLength: 64, description: 'code of the second factor' })),
})

export const Proof = Type.Object({
  proved_until: Type.String({ description: 'RFC 3339: sensitive changes are possible until then' }),
})
