import { AppError } from '@werk/shared/errors/app-error'

export const sessionNotFound = () => new AppError('session.not_found', 'you have no such session')

export const csrfForbidden = () =>
  new AppError(
    'csrf.forbidden',
    'a request by cookie must come from a page of this site: its Origin is not one of those allowed',
  )
