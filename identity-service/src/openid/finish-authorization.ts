import type { Account } from '../accounts/account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import type { OneTimeTokens } from '../one-time-tokens/one-time-tokens.repository.ts'
import type { AccountOfIdentity } from './account-of-identity.ts'
import {
  type BegunAuthorization,
  codeKind,
  codeSeconds,
  hashBrowser,
  stateKind,
} from './begun-authorization.ts'
import type { ExternalIdentities } from './external-identities.repository.ts'
import { OpenidRefusal } from './openid.errors.ts'
import type { OpenidProvider } from './openid-provider.ts'

/**
 * Takes up what the browser brings back from the provider.
 * @param query of the call-back, as it came
 * @param browser the secret in its cookie
 * @returns the frontend's address with `code`, `linked` or `error`
 */
export type FinishAuthorization = (query: string, browser: string | null, actor: Actor) => Promise<string>

type Needs = {
  provider: OpenidProvider
  oneTimeTokens: OneTimeTokens
  identities: ExternalIdentities
  accountOfIdentity: AccountOfIdentity
  defaultReturnUrl: string
}

export function createFinishAuthorization(needs: Needs): FinishAuthorization {
  const { provider, oneTimeTokens, identities, accountOfIdentity, defaultReturnUrl } = needs

  const takeState = async (state: string, browser: string | null) => {
    const found = await oneTimeTokens.consume(stateKind, state)
    const begun = found?.payload as BegunAuthorization | undefined
    if (begun === undefined || browser === null || hashBrowser(browser) !== begun.browserHash) return null
    return { ...begun, userId: found?.userId ?? null }
  }

  const makeCode = ({ id: userId }: Account, { browserHash, codeChallenge }: BegunAuthorization) =>
    oneTimeTokens.make(codeKind, { userId, payload: { browserHash, codeChallenge } }, codeSeconds)

  return async (query, browser, actor) => {
    const state = new URLSearchParams(query).get('state') ?? ''
    const begun = await takeState(state, browser)
    if (begun === null) return withParameter(defaultReturnUrl, 'error', 'state_invalid')
    const { returnTo, linkingSession, userId, tenantId } = begun
    try {
      const identity = await provider.redeem(query, state, begun)
      if (linkingSession !== null && userId !== null) {
        const refusal = await identities.link({ userId, sessionId: linkingSession }, identity, actor)
        if (refusal !== null) throw new OpenidRefusal(refusal)
        return withParameter(returnTo, 'linked', 'true')
      }
      const account = await accountOfIdentity(identity, tenantId, actor)
      return withParameter(returnTo, 'code', await makeCode(account, begun))
    } catch (error) {
      if (!(error instanceof OpenidRefusal)) throw error
      return withParameter(returnTo, 'error', error.reason)
    }
  }
}

export function withParameter(address: string, name: 'code' | 'error' | 'linked', value: string): string {
  const url = new URL(address)
  url.searchParams.set(name, value)
  return url.href
}
