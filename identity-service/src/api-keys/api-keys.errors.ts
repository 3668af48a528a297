import { AppError } from '@werk/shared/errors/app-error'

export const noApiKey = () => new AppError('api_key.not_found', 'no API key of yours has this id')

export const tooManyApiKeys = (most: number) =>
  new AppError('api_key.conflict', `an account has at most ${most} API keys, revoke one first`)
