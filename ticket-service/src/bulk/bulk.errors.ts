import { AppError } from '@werk/shared/errors/app-error'

export const nothingToChange = () => {
  const sentence = 'at least one of status, agent_id and tags is required'
  return new AppError('bulk.required', sentence, { errors: { body: [sentence] } })
}

/** Of one ticket: whether it was changed is not certain where the database went away at the very end. */
export const notKnown = (cause: unknown) =>
  new AppError('bulk.internal', 'something went wrong on our side; read the ticket before you try again', {
    cause,
  })

/** Of those that were to come after it. */
export const notTried = () =>
  new AppError('bulk.unavailable', 'not tried, because of what went wrong with a ticket before it')
