import { AppError } from '@werk/shared/errors/app-error'

export const unchangeable = (fields: readonly string[]) =>
  new AppError('profile.invalid', `${fields.join(', ')} cannot be changed here, only name and lastname`, {
    errors: Object.fromEntries(
      fields.map((field) => [field, ['cannot be changed here, only name and lastname']]),
    ),
  })
