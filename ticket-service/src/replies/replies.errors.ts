import { AppError } from '@werk/shared/errors/app-error'

export const onlyStaffWritesNotes = () =>
  new AppError('reply.forbidden', 'only those who answer a ticket write internal notes or let it wait')

/** @param ids that name nobody who could see the reply */
export const cannotMention = (ids: readonly number[]) => {
  const sentence = `must be accounts that may see this reply; ${ids.join(', ')} may not`
  return new AppError('reply.invalid', `mentions ${sentence}`, { errors: { mentions: [sentence] } })
}
