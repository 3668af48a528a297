import { randomBytes } from 'node:crypto'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.repository.ts'
import { type BegunAuthorization, hashBrowser, stateKind, stateSeconds } from './begun-authorization.ts'
import { OpenidRefusal, providerFailed, returnAddressNotAllowed } from './openid.errors.ts'
import type { OpenidProvider } from './openid-provider.ts'

export type Beginning = {
  /** The secret that the browser holds in a cookie. */
  browser: string
  returnTo: string | undefined
  codeChallenge: string | null
  tenantId: number
  /** Whose account the identity is to be linked to, from which session; null for a log-in. */
  linking: { userId: number; sessionId: string } | null
}

/** @returns where the browser is sent to */
export type BeginAuthorization = (beginning: Beginning) => Promise<string>

type Needs = { provider: OpenidProvider; oneTimeTokens: OneTimeTokens; returnUrls: readonly string[] }

/** @throws AppError openid.invalid for a return address that is not allowed, openid.upstream_failed */
export function createBeginAuthorization({ provider, oneTimeTokens, returnUrls }: Needs): BeginAuthorization {
  return async ({ browser, codeChallenge, tenantId, linking, ...beginning }) => {
    const returnTo = beginning.returnTo ?? returnUrls[0]
    if (returnTo === undefined || !returnUrls.includes(returnTo)) throw returnAddressNotAllowed()
    const secrets = { nonce: random(), codeVerifier: random() }
    const payload: BegunAuthorization = {
      browserHash: hashBrowser(browser),
      codeChallenge,
      returnTo,
      tenantId,
      linkingSession: linking?.sessionId ?? null,
      ...secrets,
    }
    const state = await oneTimeTokens.make(
      stateKind,
      { userId: linking?.userId ?? null, payload },
      stateSeconds,
    )
    try {
      return await provider.authorizationUrl(state, secrets)
    } catch (error) {
      throw error instanceof OpenidRefusal ? providerFailed() : error
    }
  }
}

const random = () => randomBytes(32).toString('base64url')
