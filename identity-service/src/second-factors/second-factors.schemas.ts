import Type from 'typebox'

export const SecondFactorState = Type.Object({
  active: Type.Boolean({ description: 'log-ins need a one-time code' }),
  recovery_codes_left: Type.Integer(),
})

export const SecondFactorEnrolment = Type.Object({
  secret: Type.String({ description: 'base32, for an app that cannot read the QR code' }),
  otpauth_uri: Type.String(),
  qr_svg: Type.String({ description: 'the URI as a QR code' }),
})

export const SecondFactorConfirmation = Type.Object({
  otp: Type.String({ minLength: 1, maxLength: 64, description: 'the six digits that the app shows' }),
})

export const RecoveryCodes = Type.Object({
  recovery_codes: Type.Array(Type.String(), { description: 'each works once; they are shown this once' }),
})
