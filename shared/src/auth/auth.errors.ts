import { AppError } from '../errors/app-error.ts'

const challenge = { 'www-authenticate': 'Bearer' }

export const missingAuthorization = () =>
  new AppError('auth.unauthenticated', 'missing authorization header', { headers: challenge })

export const invalidToken = (cause?: unknown) =>
  new AppError('token.unauthenticated', 'invalid token', {
    cause,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  })

export const foreignTenant = () =>
  new AppError('tenant.forbidden', 'this request names another tenant than the token')

export const inactiveTenant = () => new AppError('tenant.forbidden', 'this tenant is not active')

export const malformedTenant = () =>
  new AppError('tenant.invalid', 'X-Tenant-ID must be a positive integer', {
    errors: { 'X-Tenant-ID': ['must be a positive integer'] },
  })

export const roleForbidden = () => new AppError('auth.forbidden', 'your role does not allow this')

/** @param scope that the key would need; undefined where no key may go */
export const apiKeyForbidden = (scope: string | undefined) =>
  new AppError(
    'api_key.forbidden',
    scope === undefined ? 'this is not for API keys' : `this API key lacks the scope ${scope}`,
  )
