import { AppError } from '@werk/shared/errors/app-error'

export const tooManyLogins = () =>
  new AppError('password.unavailable', 'too many log-ins at once, try again shortly', {
    headers: { 'retry-after': '5' },
  })

export const shortPassword = (field: string, least: number) => {
  const sentence = `must have at least ${least} characters`
  return new AppError('password.invalid', `${field} ${sentence}`, { errors: { [field]: [sentence] } })
}

export const commonPassword = (field: string) => {
  const sentence = 'is one that many people use: choose another'
  return new AppError('password.invalid', `${field} ${sentence}`, { errors: { [field]: [sentence] } })
}

export const knownWords = (field: string) => {
  const sentence = 'is made of words that everybody here knows: choose another'
  return new AppError('password.invalid', `${field} ${sentence}`, { errors: { [field]: [sentence] } })
}

/** In place of 401, which would tell a client that its token is wrong. */
export const wrongCurrentPassword = () =>
  new AppError('current_password.invalid', 'current_password is not your password', {
    errors: { current_password: ['is not your password'] },
  })

export const passwordChangedMeanwhile = () =>
  new AppError('password.conflict', 'the password was changed meanwhile, log in again')

/** Unknown, expired and used alike. */
export const invalidResetToken = () =>
  new AppError(
    'reset_token.invalid',
    'this link for a new password is wrong, expired or was used: ask for another',
    {
      errors: { token: ['is wrong, expired or was used'] },
    },
  )
