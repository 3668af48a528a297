import { AppError } from '@werk/shared/errors/app-error'

export const oneTimeCodeRequired = () =>
  new AppError('second_factor.unauthenticated', 'a one-time code is required')

export const wrongOneTimeCode = () =>
  new AppError('second_factor.unauthenticated', 'this one-time code is not right or was used before')

/** In a confirmation: nobody is let in by it, so it is a field that is wrong. */
export const unconfirmingCode = () =>
  new AppError('second_factor.invalid', 'otp is not the code that the authenticator app shows now', {
    errors: { otp: ['is not the code that the authenticator app shows now'] },
  })

export const secondFactorInForce = () =>
  new AppError('second_factor.conflict', 'the second factor is in force already')

export const noSecondFactor = () =>
  new AppError('second_factor.not_found', 'this account has no second factor, begin with one')

/** @param cause stays inside: no secret, or not the one that the factor was sealed by */
export const secondFactorsUnavailable = (cause: unknown) =>
  new AppError('second_factor.unavailable', 'second factors by authenticator app are not available here', {
    cause,
  })
