import { AppError } from '@werk/shared/errors/app-error'

export const invalidTag = (field: string, longest: number) => {
  const sentence = `must be 1 to ${longest} characters, not only blanks, and no control characters`
  return new AppError('tag.invalid', `${field} ${sentence}`, { errors: { [field]: [sentence] } })
}

export const onlyStaffTags = () =>
  new AppError('tag.forbidden', 'only those who answer a ticket see and set its tags')
