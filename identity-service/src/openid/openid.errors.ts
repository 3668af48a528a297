import { AppError } from '@werk/shared/errors/app-error'

/** Why a log-in at the provider came to nothing, as the frontend is told in `error`. */
export const refusalReasons = [
  'state_invalid',
  'denied',
  'provider_failed',
  'account_exists',
  'account_disabled',
  'email_unverified',
  'registration_closed',
  'identity_taken',
  'session_ended',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

/** Ends on the frontend's return address, because a browser that follows redirects cannot read an error body. */
export class OpenidRefusal extends Error {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason) {
    super(reason)
    this.name = 'OpenidRefusal'
    this.reason = reason
  }
}

export const openidUnavailable = () =>
  new AppError('openid.unavailable', 'logging in through an OpenID provider is not set up here')

export const providerFailed = () =>
  new AppError('openid.upstream_failed', 'the OpenID provider does not answer as it should, try again later')

export const returnAddressNotAllowed = () =>
  new AppError('openid.invalid', 'return_to must be one of the configured return addresses, word for word', {
    errors: { return_to: ['must be one of the configured return addresses, word for word'] },
  })

export const invalidLogInCode = () =>
  new AppError('openid_code.unauthenticated', 'this code is unknown, expired, used or not of this browser')

export const notLinked = () => new AppError('openid.not_found', 'no account at a provider is linked to yours')

export const onlyWayIn = () =>
  new AppError('openid.conflict', 'set a password first: without one this is the only way into your account')
