import type { FastifyRequest } from 'fastify'
import type { Limit } from '../app/rate-limit.ts'
import { isApiKey } from './api-key.ts'
import {
  apiKeyForbidden,
  foreignTenant,
  inactiveTenant,
  invalidToken,
  malformedTenant,
  missingAuthorization,
  roleForbidden,
} from './auth.errors.ts'
import type { Directory } from './directory.ts'
import { isOperator, type Principal, principalOf, type Role } from './principal.ts'
import type { Tokens } from './tokens.ts'

/** A hook for `onRequest`: before a byte of the body is read. */
export type Authenticate = (request: FastifyRequest) => Promise<void>

/** RFC 6750: the scheme in any case, one space or more, one token. */
const bearer = /^Bearer +([^\s]+)$/i

type Needs = { tokens: Tokens; directory: Directory; limitAccount: Limit }

/**
 * Makes the hook that lets only holders of a good token or API key in, and sets `request.user` and `request.tenantId`.
 * @throws AppError 401 as contract 1 words it, 403 for a foreign or inactive tenant or an API key that may not do this,
 *   429 over the account's limit.
 */
export function createAuthenticate({ tokens, directory, limitAccount }: Needs): Authenticate {
  return async (request) => {
    const credential = bearer.exec(request.headers.authorization ?? '')?.[1]
    if (credential === undefined) throw missingAuthorization()
    const principal = await principalBehind(credential, tokens, directory)
    requireScope(request, principal)
    request.user = principal
    request.tenantId = await tenantOf(request, principal, directory)
    await limitAccount(request)
  }
}

/** Makes the look at who calls a public route: null without a good token. */
export function createIdentify({
  tokens,
  directory,
}: Omit<Needs, 'limitAccount'>): (request: FastifyRequest) => Promise<Principal | null> {
  return async (request) => {
    const credential = bearer.exec(request.headers.authorization ?? '')?.[1]
    if (credential === undefined || isApiKey(credential)) return null
    try {
      return await principalBehind(credential, tokens, directory)
    } catch {
      return null
    }
  }
}

async function principalBehind(credential: string, tokens: Tokens, directory: Directory): Promise<Principal> {
  if (isApiKey(credential)) {
    const principal = await directory.findByApiKey(credential)
    if (principal === null) throw invalidToken('an API key that is unknown, expired or revoked')
    return principal
  }
  const principal = principalOf(tokens.verify(credential))
  if (!(await directory.admits(principal)))
    throw invalidToken('its session ended or its account is deactivated')
  return principal
}

/** A key may do what its scopes name and nothing else: a route that names no scope is not for keys. */
function requireScope({ routeOptions }: FastifyRequest, { scopes }: Principal): void {
  if (scopes === null) return
  const { apiScope } = routeOptions.config
  if (apiScope === undefined || !scopes.includes(apiScope)) throw apiKeyForbidden(apiScope)
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

/**
 * The tenant that a request names by `X-Tenant-ID`, or else by the host that it came to; null when by neither.
 * @throws AppError tenant.invalid
 */
export async function namedTenant(request: FastifyRequest, directory: Directory): Promise<number | null> {
  const header = request.headers['x-tenant-id']
  if (header === undefined) return directory.findTenantByDomain(request.hostname.toLowerCase())
  if (typeof header !== 'string' || !/^[1-9]\d{0,8}$/.test(header)) throw malformedTenant()
  return Number(header)
}

/**
 * The tenant that the caller works in: the named one, else the token's own.
 * @throws AppError tenant.invalid, and tenant.forbidden for one that is foreign or not active
 */
export async function tenantOf(
  request: FastifyRequest,
  principal: Principal,
  directory: Directory,
): Promise<number> {
  const tenant = (await namedTenant(request, directory)) ?? principal.tenantId
  if (tenant !== principal.tenantId && !isOperator(principal)) throw foreignTenant()
  for (const id of new Set([principal.tenantId, tenant])) {
    if (!(await directory.isTenantActive(id))) throw inactiveTenant()
  }
  return tenant
}
