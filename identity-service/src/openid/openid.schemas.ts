import Type from 'typebox'

const returnTo = Type.Optional(
  Type.String({
    maxLength: 2000,
    description: 'where the browser goes in the end: one of the configured addresses, the first by default',
  }),
)

export const BeginQuery = Type.Object({
  return_to: returnTo,
  code_challenge: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description: 'base64url of the SHA-256 of code_verifier (RFC 7636, S256)',
    }),
  ),
})

export const LinkBody = Type.Object({ return_to: returnTo })

export const Destination = Type.Object({ url: Type.String({ description: 'where the browser has to go' }) })

export const Redirect = Type.Null({ description: 'Location says where to' })

export const CodeBody = Type.Object({
  code: Type.String({ minLength: 1, maxLength: 128, description: 'as it came to the return address' }),
  code_verifier: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._~-]{43,128}$',
      description: 'required when the log-in began with code_challenge, else the cookie is',
    }),
  ),
  otp: Type.Optional(Type.String({ maxLength: 64, description: 'code of the second factor' })),
})
