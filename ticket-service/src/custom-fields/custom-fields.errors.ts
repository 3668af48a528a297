import { AppError, type FieldErrors } from '@werk/shared/errors/app-error'

export const customFieldNotFound = () => new AppError('custom_field.not_found', 'custom field not found')

export const keyTaken = (key: string) => {
  const sentence = `is ${key}, which another field has`
  return new AppError('custom_field.taken', `key ${sentence}`, { errors: { key: [sentence] } })
}

export const optionsMissing = () => optionsInvalid('must name what may be chosen')
export const optionsNotForType = (type: string) => optionsInvalid(`are not for a field of type ${type}`)
const optionsInvalid = (sentence: string) =>
  new AppError('custom_field.invalid', `options ${sentence}`, { errors: { options: [sentence] } })

export const tooManyFields = (most: number) =>
  new AppError('custom_field.conflict', `a tenant has at most ${most} custom fields`)

export const typeHasValues = () => {
  const sentence = 'cannot change while tickets have values of it'
  return new AppError('custom_field.conflict', `type ${sentence}`, { errors: { type: [sentence] } })
}

export const fieldHasValues = () =>
  new AppError(
    'custom_field.conflict',
    'tickets have values of the field: switch it off, or delete it with force=true and its values with it',
  )

/** @param faults by the keys of fields */
export const fieldsInvalid = (faults: ReadonlyMap<string, string>) => {
  const entries = [...faults].map(([key, fault]): [string, string[]] => [`fields.${key}`, [fault]])
  const sentence = entries.map(([field, [fault]]) => `${field} ${fault}`).join('; ')
  const errors: FieldErrors = Object.fromEntries(entries)
  return new AppError('ticket.invalid', sentence, { errors })
}

export const onlyStaffChangesFields = () =>
  new AppError('ticket.forbidden', 'only those who answer a ticket can change its fields')

/** An admin changed or deleted one of them after it was read. */
export const fieldsWereChanged = () =>
  new AppError('ticket.conflict', 'the custom fields were changed meanwhile: try again')
