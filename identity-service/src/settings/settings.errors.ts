import { AppError, type FieldErrors } from '@werk/shared/errors/app-error'
import { summarize } from '@werk/shared/validation/explain'

export const invalidSettings = (errors: FieldErrors) =>
  new AppError('settings.invalid', summarize(errors), { errors })

export const notTheirAdmin = () =>
  new AppError('settings.forbidden', 'only an admin of the tenant changes its settings')
