import { AppError } from '@werk/shared/errors/app-error'

export const tooManyLogins = () =>
  new AppError('password.unavailable', 'too many log-ins at once, try again shortly', {
    headers: { 'retry-after': '5' },
  })
