import { AppError } from '@werk/shared/errors/app-error'

export const mirrorJobNotFound = () => new AppError('mirror_job.not_found', 'mirror job not found')

export const mirrorJobAtWork = () =>
  new AppError('mirror_job.conflict', 'the job is still at work, an admin cannot change it')

/** @param field such as `categories.billing` */
export const idStandsForTwo = (field: string, id: number, name: string) => {
  const sentence = `has ${id}, which stands for ${name} already`
  return new AppError('invgate_mapping.invalid', `${field} ${sentence}`, { errors: { [field]: [sentence] } })
}

export const personStandsForTwo = () => {
  const sentence = 'must name each account and each InvGate user once'
  return new AppError('invgate_mapping.invalid', `people ${sentence}`, { errors: { people: [sentence] } })
}
