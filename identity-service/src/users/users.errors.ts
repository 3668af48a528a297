import { AppError } from '@werk/shared/errors/app-error'

export const userNotFound = () => new AppError('user.not_found', 'there is no such user')

export const lastAdminStays = () =>
  new AppError(
    'user.conflict',
    'this is the last active admin of tenant 1: make another one before you demote or deactivate it',
  )

export const selfDeactivation = () =>
  new AppError('user.conflict', 'you cannot deactivate your own account: another admin can', {
    errors: { active: ['cannot be false for your own account'] },
  })

export const nameless = () =>
  new AppError('user.invalid', 'an account needs an email or a username', {
    errors: { email: ['is required where there is no username'] },
  })
