import * as client from 'openid-client'
import { OpenidRefusal } from '../openid/openid.errors.ts'
import type { OpenidProvider } from '../openid/openid-provider.ts'
import { readIdentity } from './openid-claims.ts'

export type OpenidSettings = {
  issuer: string
  clientId: string
  clientSecret: string
  scopes: string
  /** The address that is registered at the provider. */
  redirectUri: string
  /** of each single request to the provider */
  timeoutMs: number
}

type Logger = { warn(details: object, message: string): void }

/** Endpoints hardly ever move; keys are looked up anew by the library itself. */
const discoveredForMs = 24 * 3600 * 1000

/** The provider at the issuer's address, discovered at the first need (OpenID Connect Discovery 1.0). */
export function createOpenidProvider(settings: OpenidSettings, logger: Logger): OpenidProvider {
  const { scopes, redirectUri } = settings
  const discover = createDiscovery(settings)

  const ask = async <T>(what: string, call: (provider: client.Configuration) => Promise<T>): Promise<T> => {
    try {
      return await call(await discover())
    } catch (error) {
      if (isDenial(error)) throw new OpenidRefusal('denied')
      logger.warn({ what, reason: describe(error) }, 'the OpenID provider failed')
      throw new OpenidRefusal('provider_failed')
    }
  }

  return {
    authorizationUrl: (state, { nonce, codeVerifier }) =>
      ask('authorize', async (provider) => {
        const parameters = {
          redirect_uri: redirectUri,
          scope: scopes,
          state,
          nonce,
          code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
          code_challenge_method: 'S256',
        }
        return client.buildAuthorizationUrl(provider, parameters).href
      }),

    redeem: (query, expectedState, { nonce: expectedNonce, codeVerifier: pkceCodeVerifier }) =>
      ask('redeem', async (provider) => {
        const url = new URL(redirectUri)
        url.search = query
        const checks = { expectedState, expectedNonce, pkceCodeVerifier }
        const answer = await client.authorizationCodeGrant(provider, url, checks)
        const claims = answer.claims()
        if (claims === undefined) throw new Error('the answer has no ID token')
        const asksUserInfo =
          claims.email === undefined && provider.serverMetadata().userinfo_endpoint !== undefined
        const profile = asksUserInfo
          ? await client.fetchUserInfo(provider, answer.access_token, claims.sub)
          : claims
        return readIdentity(claims, profile)
      }),
  }
}

function createDiscovery({ issuer, clientId, clientSecret, timeoutMs }: OpenidSettings) {
  const server = new URL(issuer)
  // Without these checks the library trusts the connection in place of the signature, as the standard allows.
  const execute = [client.enableNonRepudiationChecks]
  if (server.protocol === 'http:') execute.push(client.allowInsecureRequests)
  const options = { execute, timeout: timeoutMs / 1000 }
  let discovered: { at: number; provider: Promise<client.Configuration> } | null = null

  return (): Promise<client.Configuration> => {
    const now = performance.now()
    if (discovered !== null && now - discovered.at < discoveredForMs) return discovered.provider
    const provider = client.discovery(server, clientId, undefined, authenticateBy(clientSecret), options)
    const mine = { at: now, provider }
    discovered = mine
    provider.catch(() => {
      if (discovered === mine) discovered = null
    })
    return provider
  }
}

/** The secret goes into the body where the provider takes it there, else into the header, which every provider must take. */
function authenticateBy(secret: string): client.ClientAuth {
  const [inBody, inHeader] = [client.ClientSecretPost(secret), client.ClientSecretBasic(secret)]
  return (server, ...rest) => {
    const takesBody = server.token_endpoint_auth_methods_supported?.includes('client_secret_post')
    return takesBody ? inBody(server, ...rest) : inHeader(server, ...rest)
  }
}

function isDenial(error: unknown): boolean {
  return error instanceof client.AuthorizationResponseError && error.error === 'access_denied'
}

/** Only what names the failure: what the library hangs on its errors can hold tokens. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : ''
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return `${code}${error.message}${cause}`
}
