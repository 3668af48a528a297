import { AppError } from '../errors/app-error.ts'

export const invalidKey = () =>
  new AppError(
    'idempotency.invalid',
    'Idempotency-Key must be 1 to 255 visible ASCII characters, quoted or not',
  )

export const keyMismatch = () =>
  new AppError('idempotency.mismatch', 'this Idempotency-Key was used with another request')

/**
 * The first request under the key is still at work. Most are done within moments, so the client is asked to come back
 * soon; the lease's end is only when a dead one's work is taken up.
 * @param retryAfterMs what is left of the lease
 */
export const keyInFlight = (retryAfterMs: number) =>
  new AppError('idempotency.conflict', 'a request with this Idempotency-Key is still at work', {
    headers: { 'retry-after': String(Math.min(2, Math.max(1, Math.ceil(retryAfterMs / 1000)))) },
  })

/** Without the database nobody can promise that a request runs once, so a keyed one is not begun. */
export const keysUnavailable = (cause: unknown) =>
  new AppError('idempotency.unavailable', 'an Idempotency-Key cannot be honoured now, try again shortly', {
    headers: { 'retry-after': '2' },
    cause,
  })
