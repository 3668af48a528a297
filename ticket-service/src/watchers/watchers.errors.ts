import { AppError } from '@werk/shared/errors/app-error'

export const onlyStaffNamesWatchers = () =>
  new AppError('watcher.forbidden', 'only those who answer a ticket let others watch it, or end that they do')

/** The caller has no account here, as with a token of somebody else's making, or one of another tenant's. */
export const noAccountToWatch = () =>
  new AppError('watcher.invalid', 'only an account of the tenant can watch a ticket')

export const mayNotWatch = () => {
  const sentence = 'must be an active account that may see the ticket'
  return new AppError('watcher.invalid', `user_id ${sentence}`, { errors: { user_id: [sentence] } })
}

export const tooManyWatchers = (most: number) =>
  new AppError('watcher.conflict', `a ticket has ${most} watchers at most`)
