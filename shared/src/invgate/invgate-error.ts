/**
 * What went wrong:
 * - `timeout`: the total time ran out. `aborted`: the caller's own signal ended the call.
 * - `unreachable`: no connection, or it broke before an answer began.
 * - `unauthorized`: InvGate refuses our credentials or rights (401, 403).
 * - `rejected`: InvGate understood and refuses (other 4xx, `status: ERROR`); sending the same again changes nothing.
 * - `rate_limited`: 429. `unavailable`: 5xx.
 * - `bad_answer`: not an answer of the InvGate API: HTML, cut off, too large, a redirect, no id where one belongs.
 * - `unreadable_file`: a file to send is gone, has changed or is not of the size that was promised.
 */
export type InvGateErrorKind =
  | 'timeout'
  | 'aborted'
  | 'unreachable'
  | 'unauthorized'
  | 'rejected'
  | 'rate_limited'
  | 'unavailable'
  | 'bad_answer'
  | 'unreadable_file'

/**
 * `none` is certain: InvGate did nothing and the request may be sent again. `denied`: it took the request and says that it did
 * nothing, which is not always so: its mail may have failed after it wrote the record. `possible`: it may have done what was asked.
 */
export type InvGateEffect = 'none' | 'denied' | 'possible'

export type InvGateErrorDetails = {
  effect: InvGateEffect
  message?: string | null
  statusCode?: number | null
  retryAfterMs?: number | null
  code?: string | null
}

const neutralMessages: Record<InvGateErrorKind, string> = {
  timeout: 'InvGate did not answer in time',
  aborted: 'The call to InvGate was cancelled',
  unreachable: 'InvGate cannot be reached',
  unauthorized: 'InvGate refused the API credentials',
  rejected: 'InvGate rejected the request',
  rate_limited: 'InvGate received too many requests',
  unavailable: 'InvGate is not available',
  bad_answer: 'InvGate gave an answer that cannot be understood',
  unreadable_file: 'A file to be sent to InvGate cannot be read',
}

/**
 * The one failure of the InvGate client. `message` is InvGate's own where it gave one, cleaned and bounded, else a neutral sentence:
 * it may be shown. `statusCode` is null when no answer began, `retryAfterMs` when InvGate named no time. `code` is the system's
 * (`ECONNREFUSED`), for logs. There is no `cause` on purpose: the errors of the HTTP library carry the request's headers, credentials included.
 */
export class InvGateError extends Error {
  readonly kind: InvGateErrorKind
  readonly effect: InvGateEffect
  readonly statusCode: number | null
  readonly retryAfterMs: number | null
  readonly code: string | null

  constructor(kind: InvGateErrorKind, details: InvGateErrorDetails) {
    super(details.message ?? neutralMessages[kind])
    this.name = 'InvGateError'
    this.kind = kind
    this.effect = details.effect
    this.statusCode = details.statusCode ?? null
    this.retryAfterMs = details.retryAfterMs ?? null
    this.code = details.code ?? null
  }
}
