import { type ErrorKind, statusOf } from './status-table.ts'

/** Messages per field: `{ "title": ["is required"] }`. */
export type FieldErrors = Record<string, string[]>

export type ErrorCode = `${string}.${ErrorKind}`

export type AppErrorDetails = {
  /** What was wrong, per field of the body, query or params. */
  errors?: FieldErrors
  /** Goes out in the failure's `data`: what the client needs to recover, such as the record in conflict. */
  data?: unknown
  /** Response headers that belong to the failure, such as `retry-after`. */
  headers?: Record<string, string>
  /** Stays inside: it is logged, never sent. */
  cause?: unknown
}

/**
 * A failure that the caller may know of. `message` is public and goes out word for word;
 * whatever is internal belongs into `cause`. The last part of `code` decides the HTTP status.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly statusCode: number
  readonly errors: FieldErrors | null
  readonly data: unknown
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, message: string, details: AppErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.statusCode = statusOf(code)
    this.errors = details.errors ?? null
    this.data = details.data ?? null
    this.headers = details.headers ?? {}
  }
}
