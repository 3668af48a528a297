import { AppError, type FieldErrors } from '@werk/shared/errors/app-error'
import { summarize } from '@werk/shared/validation/explain'

export const responseAfterResolution = () => {
  const sentence = 'must not be more than sla_resolution_minutes'
  return new AppError('sla.invalid', `sla_response_minutes ${sentence}`, {
    errors: { sla_response_minutes: [sentence] },
  })
}

export const invalidBusinessHours = (errors: FieldErrors) =>
  new AppError('business_hours.invalid', summarize(errors), { errors })
