import { AppError } from '@werk/shared/errors/app-error'

export const cannedReplyNotFound = () => new AppError('canned_reply.not_found', 'canned reply not found')

export const nameTaken = () => {
  const sentence = 'is taken by another canned reply'
  return new AppError('canned_reply.taken', `name ${sentence}`, { errors: { name: [sentence] } })
}

export const onlyStaffUsesCannedReplies = () =>
  new AppError('canned_reply.forbidden', 'only those who answer a ticket use canned replies in it')
