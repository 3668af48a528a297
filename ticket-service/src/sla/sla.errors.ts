import { AppError, type FieldErrors } from '@werk/shared/errors/app-error'
import { summarize } from '@werk/shared/validation/explain'

export const responseAfterResolution = () => {
  const sentence = 'must not be more than sla_resolution_minutes'
  return new AppError('sla.invalid', `sla_response_minutes ${sentence}`, {
    errors: { sla_response_minutes: [sentence] },
  })
}

export const resolutionTooFar = () => {
  const sentence = 'must not take more than ten years of the business hours'
  return new AppError('sla.invalid', `sla_resolution_minutes ${sentence}`, {
    errors: { sla_resolution_minutes: [sentence] },
  })
}

/** @param category whose resolution would take that long */
export const tooFewHours = (category: string) =>
  invalidBusinessHours({ hours: [`must not make the SLA of ${category} take more than ten years`] })

export const invalidBusinessHours = (errors: FieldErrors) =>
  new AppError('business_hours.invalid', summarize(errors), { errors })
