import { createHash } from 'node:crypto'
import type { AuthorizationSecrets } from './openid-provider.ts'

/** Kinds of one-time tokens, and how many seconds they live. */
export const stateKind = 'openid.state'
export const stateSeconds = 600
export const codeKind = 'openid.code'
export const codeSeconds = 60
/** From its making on, once it was shown by whom it is bound to and a second factor is asked for. */
export const codeSecondsWithFactor = 300

/** Whom a code is good for: who knows the verifier of this challenge, or without one the browser with this secret. */
export type Binding = {
  /** SHA-256 of the browser's secret */
  browserHash: string
  /** RFC 7636, S256 */
  codeChallenge: string | null
}

/** What is remembered of an authorization while the browser is at the provider. */
export type BegunAuthorization = Binding &
  AuthorizationSecrets & {
    returnTo: string
    /** Where a new account would be made. */
    tenantId: number
    /** The session that wants to link the identity to its account; null for a log-in. */
    linkingSession: string | null
  }

export function hashBrowser(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** RFC 7636, 4.2. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url')
}
