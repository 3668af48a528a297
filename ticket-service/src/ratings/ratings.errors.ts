import { AppError } from '@werk/shared/errors/app-error'

export const onlyOwnerRates = () => new AppError('rating.forbidden', 'only whoever raised a ticket rates it')

export const notDoneYet = (status: string) =>
  new AppError('rating.conflict', `a ticket is rated once it is resolved or closed; it is ${status}`)

export const ratedForGood = (days: number) =>
  new AppError('rating.conflict', `a rating can be changed for ${days} days`)

export const ratingNotFound = () => new AppError('rating.not_found', 'the ticket is not rated')
