import { AppError, type ErrorCode } from '@werk/shared/errors/app-error'

/** Another scan of the ticket, or another with its nonce, was written first. Never becomes an answer. */
export class ScanTakenError extends Error {
  constructor(cause: unknown) {
    super('another scan was written first', { cause })
    this.name = 'ScanTakenError'
  }
}

/** The event has a guest list without this ticket. Never becomes an answer: it only takes back what was written. */
export class UninvitedError extends Error {}

type Sentence = { code: ErrorCode; message: string; field?: string }

/** Why a scan did nothing. */
const refusals = {
  already_in: { code: 'checkin.conflict', message: 'this ticket is already checked in' },
  already_out: { code: 'checkin.conflict', message: 'this ticket is already checked out' },
  left_since: {
    code: 'checkin.conflict',
    message: 'this ticket is checked out: only the check-in of a ticket that is in can be undone',
  },
  too_late: {
    code: 'checkin.conflict',
    message: 'the check-in was more than 15 minutes ago and can no longer be undone',
  },
  overtaken: {
    code: 'checkin.conflict',
    message: 'a later scan of this ticket is recorded already',
    field: 'scanned_at',
  },
  not_in: { code: 'checkin.not_found', message: 'this ticket is not checked in' },
  not_invited: {
    code: 'checkin.not_found',
    message: 'this ticket is not on the guest list of the event',
    field: 'ticket_id',
  },
  nonce_taken: {
    code: 'checkin.mismatch',
    message: 'this nonce belongs to another scan',
    field: 'nonce',
  },
  no_time: { code: 'checkin.invalid', message: 'scanned_at is no time that there was', field: 'scanned_at' },
  ahead: {
    code: 'checkin.invalid',
    message: 'scanned_at is more than 5 minutes in the future',
    field: 'scanned_at',
  },
  too_old: {
    code: 'checkin.invalid',
    message: 'scanned_at is more than 30 days ago',
    field: 'scanned_at',
  },
} as const satisfies Record<string, Sentence>
export type Refusal = keyof typeof refusals

export function sentenceOf(refusal: Refusal): Sentence {
  return refusals[refusal]
}

/** @param data the check-in that is in the way, as the client reads it */
export function scanRefused(refusal: Refusal, data: unknown): AppError {
  const { code, message, field } = sentenceOf(refusal)
  return new AppError(code, message, {
    data,
    ...(field !== undefined && { errors: { [field]: [message] } }),
  })
}

export const ticketTooBusy = () =>
  new AppError('checkin.unavailable', 'this ticket is being scanned too often at once, try again', {
    headers: { 'retry-after': '1' },
  })

export const guestListNotFound = () => new AppError('guest_list.not_found', 'this event has no guest list')

export const invalidGuestCursor = () =>
  new AppError('guest_list.invalid', 'cursor must be the next_cursor of an earlier page', {
    errors: { cursor: ['must be the next_cursor of an earlier page'] },
  })
