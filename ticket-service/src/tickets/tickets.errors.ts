import { AppError, type FieldErrors } from '@werk/shared/errors/app-error'
import { InvGateError } from '@werk/shared/invgate/invgate-error'

/** The database refuses the ticket itself, such as for a number out of its range. Never becomes an answer: InvGate has the ticket. */
export class UnstorableTicketError extends Error {
  constructor(cause: unknown) {
    super('the database refuses the ticket', { cause })
    this.name = 'UnstorableTicketError'
  }
}

/** Another ticket has this id of InvGate's: two that InvGate could not tell apart were linked the other way round. */
export class TicketTakenError extends Error {
  constructor(invGateId: number) {
    super(`InvGate's ${invGateId} belongs to another ticket`)
    this.name = 'TicketTakenError'
  }
}

export const ticketNotFound = () => new AppError('ticket.not_found', 'ticket not found')

export const cannotKeepTicket = (cause: unknown) =>
  new AppError(
    'ticket.unavailable',
    'the ticket cannot be kept at present, nothing was sent; try again shortly',
    {
      cause,
      headers: { 'retry-after': '30' },
    },
  )

export const titleAndDescriptionRequired = (errors: FieldErrors) =>
  new AppError('ticket.required', 'title and description are required', { errors })

export const invalidPageKey = () =>
  new AppError('ticket.invalid', 'page_key must be a page_key of an earlier answer', {
    errors: { page_key: ['must be a page_key of an earlier answer'] },
  })

/** The Werk dialect's words for InvGate's failures (contract 5). Anything that is not InvGate's passes unchanged. */
export function invgateFailed(error: unknown): unknown {
  if (!(error instanceof InvGateError)) return error
  return error.kind === 'timeout'
    ? new AppError('invgate.upstream_timeout', 'context deadline exceeded', { cause: error })
    : new AppError('invgate.upstream_failed', `armmada error: ${error.message}`, { cause: error })
}

export const ticketWasChanged = () =>
  new AppError('ticket.precondition_failed', 'the ticket was changed meanwhile: read it again')

export const notYourStep = (from: string, to: string, allowed: readonly string[]) => {
  const rest = allowed.length === 0 ? 'you cannot move it on' : `you may set it to ${allowed.join(' or ')}`
  const sentence = `a ticket that is ${from} cannot become ${to}: ${rest}`
  return new AppError('ticket.conflict', sentence, { errors: { status: [sentence] } })
}

export const onlyStaffAssigns = () =>
  new AppError('ticket.forbidden', 'only those who answer a ticket can assign it')

export const notAssignable = () => {
  const sentence = 'must be an active agent of the tenant'
  return new AppError('ticket.invalid', `agent_id ${sentence}`, { errors: { agent_id: [sentence] } })
}

export const notAMember = () => {
  const sentence = 'must be an account of the tenant'
  return new AppError('ticket.invalid', `member_id ${sentence}`, { errors: { member_id: [sentence] } })
}

export const ticketMerged = (into: string) =>
  new AppError('ticket.conflict', `the ticket was merged into ${into}`, { data: { merged_into: into } })

export const nothingToSearch = () => {
  const sentence = 'must have a word of 3 to 84 characters, and not only such as "the" or "with"'
  return new AppError('ticket.invalid', `q ${sentence}`, { errors: { q: [sentence] } })
}

const soon = { headers: { 'retry-after': '2' } }

/** Of this process. */
export const tooManySearches = () =>
  new AppError('ticket.unavailable', 'too many search at present, try again shortly', soon)

/** Of this caller. */
export const tooManyOwnSearches = (most: number) =>
  new AppError('ticket.rate_limited', `at most ${most} searches of yours are made at a time`, soon)

/** @param field of the query */
export const invalidMoment = (field: string) => {
  const sentence = 'must be a valid date-time'
  return new AppError('ticket.invalid', `${field} ${sentence}`, { errors: { [field]: [sentence] } })
}

export const onlyStaffLetsWait = () =>
  new AppError('ticket.forbidden', 'only those who answer a ticket can let it wait for its requester')

export const onlyStaffNamesMembers = () =>
  new AppError('ticket.forbidden', 'only agents, admins and vendors raise tickets about somebody else')
