import type { FastifyRequest } from 'fastify'
import { csrfForbidden } from './sessions.errors.ts'

/**
 * Lets a request that the cookie alone speaks for pass when the browser says that a page of ours or of an allowed
 * origin sends it: a page can neither leave out nor make up `Origin` and `Sec-Fetch-Site` (OWASP CSRF prevention).
 * @throws AppError csrf.forbidden
 */
export type RefuseForeignPages = (request: FastifyRequest) => void

export function createRefuseForeignPages(allowedOrigins: readonly string[]): RefuseForeignPages {
  return ({ headers, protocol, host }) => {
    if (headers['sec-fetch-site'] === 'same-origin') return
    const { origin } = headers
    if (origin === undefined) throw csrfForbidden()
    if (origin !== `${protocol}://${host}` && !allowedOrigins.includes(origin)) throw csrfForbidden()
  }
}
