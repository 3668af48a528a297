import { AppError } from '@werk/shared/errors/app-error'

export const notificationNotFound = () => new AppError('notification.not_found', 'notification not found')

/** A token that others signed may name nobody whom the directory knows. */
export const noAccount = () =>
  new AppError('notification_settings.not_found', 'there is no account whose settings these could be')
