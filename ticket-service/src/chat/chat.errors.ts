import { AppError } from '@werk/shared/errors/app-error'
import type { ChatSession } from './chat-session.ts'

export const chatNotFound = () => new AppError('chat.not_found', 'chat not found')

export const onlyStaffIsPresent = () =>
  new AppError('chat.forbidden', 'only active agents, admins and vendors of the tenant answer its chats')

export const cannotAcceptOwn = () =>
  new AppError('chat.forbidden', 'somebody else has to accept a chat that you have opened')

export const chatTaken = () => new AppError('chat.taken', 'another agent has accepted this chat already')

/** Tells where it goes on, if it does. */
export const chatEnded = ({ status, ticketId }: Pick<ChatSession, 'status' | 'ticketId'>) =>
  ticketId === null
    ? new AppError('chat.conflict', 'the chat is closed', { data: { status } })
    : new AppError('chat.conflict', `the chat has become ticket ${ticketId}`, {
        data: { status, ticket_id: ticketId },
      })

export const chatFull = (most: number) =>
  new AppError('chat.conflict', `a chat has at most ${most} messages: close it, or make it a ticket`)

export const onlyPartiesSpeak = () =>
  new AppError('chat.forbidden', 'only who opened a chat and the agent who accepted it write in it')

export const onlyStaffConverts = () =>
  new AppError('chat.forbidden', 'only those who answer chats turn one into a ticket')

export const acceptFirst = () =>
  new AppError('chat.forbidden', 'accept the chat before you close it, or turn it into a ticket')

export const nonceTaken = () => {
  const sentence = 'belongs to another message'
  return new AppError('chat.mismatch', `nonce ${sentence}`, { errors: { nonce: [sentence] } })
}

const waitSeconds = '2'

/** Of this process. What is there can be read at any time. */
export const tooManyPolls = () =>
  new AppError('chat.unavailable', 'too many wait for messages at present; ask again, or without wait', {
    headers: { 'retry-after': waitSeconds },
  })

/** Of this caller. */
export const tooManyOwnPolls = (most: number) =>
  new AppError('chat.rate_limited', `at most ${most} requests of yours wait for messages at a time`, {
    headers: { 'retry-after': waitSeconds },
  })
