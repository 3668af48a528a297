import type { Principal } from './principal.ts'

type Soon<T> = T | Promise<T>

/** What a service knows of accounts and tenants beyond what a token says. */
export type Directory = {
  /** False when the token's session ended before it, or its account is deactivated. */
  admits(principal: Principal): Soon<boolean>
  isTenantActive(tenantId: number): Soon<boolean>
  /** The tenant whose domain this is: a host name in lower case, without its port. */
  findTenantByDomain(domain: string): Soon<number | null>
  /** Whom an API key speaks for, unless it expired, was revoked or its account is deactivated. */
  findByApiKey(key: string): Soon<Principal | null>
}

/** For a service that no identity-service tells anything: tokens are believed as they are, and there are no API keys. */
export const noDirectory: Directory = {
  admits: () => true,
  isTenantActive: () => true,
  findTenantByDomain: () => null,
  findByApiKey: () => null,
}
