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
  new AppError('tenant.forbidden', 'X-Tenant-ID names another tenant than the token')

export const malformedTenant = () =>
  new AppError('tenant.invalid', 'X-Tenant-ID must be a positive integer', {
    errors: { 'X-Tenant-ID': ['must be a positive integer'] },
  })

export const roleForbidden = () => new AppError('auth.forbidden', 'your role does not allow this')
