import { InvGateError } from './invgate-error.ts'

/** Turns the failure of a read that says "there is no such record" (`status: ERROR`, or a 404 of InvGate's own) into null, and throws any other. */
export function nullWhenAbsent(error: unknown): null {
  const isAbsent =
    error instanceof InvGateError &&
    error.kind === 'rejected' &&
    (error.statusCode === 200 || error.statusCode === 404)
  if (isAbsent) return null
  throw error
}
