import type { FastifyRequest } from 'fastify'
import type { Limit } from '../app/rate-limit.ts'
import { foreignTenant, malformedTenant, missingAuthorization, roleForbidden } from './auth.errors.ts'
import { isOperator, type Principal, principalOf, type Role } from './principal.ts'
import type { Tokens } from './tokens.ts'

/** A hook for `onRequest`: before a byte of the body is read. */
export type Authenticate = (request: FastifyRequest) => Promise<void>

/** RFC 6750: the scheme in any case, one space or more, one token. */
const bearer = /^Bearer +([^\s]+)$/i

/**
 * Makes the hook that lets only holders of a good token in, and sets `request.user` and `request.tenantId`.
 * @throws AppError 401 as contract 1 words it, 403 for a foreign tenant, 429 over the account's limit.
 */
export function createAuthenticate(tokens: Tokens, limitAccount: Limit): Authenticate {
  return async (request) => {
    const token = bearer.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) throw missingAuthorization()
    const principal = principalOf(tokens.verify(token))
    request.user = principal
    request.tenantId = tenantOf(request, principal)
    await limitAccount(request)
  }
}

/** Makes the look at who calls a public route: null without a good token. */
export function createIdentify(tokens: Tokens): (request: FastifyRequest) => Principal | null {
  return (request) => {
    const token = bearer.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined) return null
    try {
      return principalOf(tokens.verify(token))
    } catch {
      return null
    }
  }
}

/** The caller of a route behind `authenticate`. @throws AppError 401 where the hook is missing: deny unless allowed. */
export function callerOf(request: FastifyRequest): Principal {
  if (request.user === null) throw missingAuthorization()
  return request.user
}

/** @throws AppError 403 unless the caller has one of the roles. */
export function requireRole(principal: Principal, ...allowed: Role[]): void {
  if (!allowed.includes(principal.role)) throw roleForbidden()
}

/** The tenant that `X-Tenant-ID` names, or null without one. @throws AppError tenant.invalid */
export function tenantHeader(request: FastifyRequest): number | null {
  const header = request.headers['x-tenant-id']
  if (header === undefined) return null
  if (typeof header !== 'string' || !/^[1-9]\d{0,8}$/.test(header)) throw malformedTenant()
  return Number(header)
}

/** The tenant that the caller works in: `X-Tenant-ID`, else the token's own. @throws AppError tenant.invalid, tenant.forbidden */
export function tenantOf(request: FastifyRequest, principal: Principal): number {
  const named = tenantHeader(request)
  if (named === null || named === principal.tenantId) return principal.tenantId
  if (!isOperator(principal)) throw foreignTenant()
  return named
}
