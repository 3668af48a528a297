import { AppError } from '@werk/shared/errors/app-error'

export const proofRequired = () =>
  new AppError('proof.forbidden', 'prove who you are again: POST /api/v1/auth/prove')

export const wrongPassword = () => new AppError('proof.unauthenticated', 'this password is not right')

/** For a token that no log-in here gave: there is nothing that could remember the proof. */
export const noSession = () =>
  new AppError('proof.forbidden', 'this token belongs to no session: log in first')
