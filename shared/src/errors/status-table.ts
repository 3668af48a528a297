/**
 * The one table from code to HTTP status. A code is `<feature>.<kind>`; the kind, its last part, decides:
 * features name their failures freely, and none has to be listed here.
 */
const statusByKind = {
  malformed: 400,
  invalid: 400,
  required: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  taken: 409,
  precondition_failed: 412,
  too_large: 413,
  unsupported_type: 415,
  range_not_satisfiable: 416,
  mismatch: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  upstream_failed: 502,
  upstream_timeout: 502,
  unavailable: 503,
} as const satisfies Record<string, number>

export type ErrorKind = keyof typeof statusByKind

/** The HTTP status of a dotted code. A kind that the table does not know is a fault of ours: 500. */
export function statusOf(code: string): number {
  const kind = code.slice(code.lastIndexOf('.') + 1)
  return Object.hasOwn(statusByKind, kind) ? statusByKind[kind as ErrorKind] : 500
}
