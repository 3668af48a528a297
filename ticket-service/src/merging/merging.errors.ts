import { AppError } from '@werk/shared/errors/app-error'

export const mergeIntoItself = () => {
  const sentence = 'must be another ticket'
  return new AppError('merge.invalid', `into ${sentence}`, { errors: { into: [sentence] } })
}
