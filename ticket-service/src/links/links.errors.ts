import { AppError } from '@werk/shared/errors/app-error'

export const onlyStaffOfBoth = () =>
  new AppError('ticket.forbidden', 'only those who answer both tickets can link or merge them')

export const linkNotFound = () => new AppError('link.not_found', 'link not found')

export const linkToItself = () => {
  const sentence = 'must be another ticket'
  return new AppError('link.invalid', `ticket_id ${sentence}`, { errors: { ticket_id: [sentence] } })
}

export const tooManyLinks = (most: number) =>
  new AppError('link.conflict', `a ticket has ${most} links at most`)
