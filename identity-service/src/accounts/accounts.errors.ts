import { AppError } from '@werk/shared/errors/app-error'

export const emailTaken = () =>
  new AppError('account.taken', 'this email is already registered', {
    errors: { email: ['is already registered'] },
  })

export const usernameTaken = () =>
  new AppError('account.taken', 'this username is already registered', {
    errors: { username: ['is already registered'] },
  })

export const invalidEmail = () =>
  new AppError('account.invalid', 'email must be an e-mail address of at most 190 characters', {
    errors: { email: ['must be an e-mail address of at most 190 characters'] },
  })

export const invalidUsername = () =>
  new AppError('account.invalid', 'username must not contain invisible characters or white space around it', {
    errors: { username: ['must not contain invisible characters or white space around it'] },
  })

export const roleNotAllowed = (role: string, allowed: readonly string[]) => {
  const sentence = `must be one of ${allowed.join(', ')}: only an admin creates accounts of other roles`
  return new AppError('account.forbidden', `role ${role} cannot register itself`, {
    errors: { role: [sentence] },
  })
}

export const wrongCredentials = () => new AppError('credentials.unauthenticated', 'invalid email or password')
