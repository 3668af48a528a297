import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Provider } from 'oidc-provider'
import { openidSettings, path, publicUrl } from './browser.ts'

/** Somebody with an account at the provider. */
export type Person = {
  sub: string
  email?: string | undefined
  email_verified?: boolean | undefined
  name?: string | undefined
  given_name?: string | undefined
  family_name?: string | undefined
}

let made = 0
/** Somebody new in every call, with an e-mail that the provider has verified. */
export function somebody(details: Partial<Person> = {}): Person {
  made += 1
  return {
    sub: `subject-${made}`,
    email: `mary.${made}@example.com`,
    email_verified: true,
    given_name: 'Mary',
    family_name: 'Somerville',
    ...details,
  }
}

/**
 * `oidc-provider` over real HTTP. Whoever comes to its log-in page is at once logged in as `present`, or refuses.
 * @param claimsInIdToken else they are at its userinfo endpoint, as the standard's default is
 */
export async function startRealProvider({ claimsInIdToken = false } = {}) {
  const people = new Map<string, Person>()
  const state: { present: Person | null } = { present: null }
  const server = createServer((request, response) => answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const issuer = `http://127.0.0.1:${address.port}`
  const { OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = openidSettings(issuer)

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: OIDC_CLIENT_ID,
        client_secret: OIDC_CLIENT_SECRET,
        redirect_uris: [`${publicUrl}${path}/callback`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    jwks: { keys: [signingKey()] },
    cookies: { keys: ['a key of the test provider'] },
    claims: { email: ['email', 'email_verified'], profile: ['name', 'given_name', 'family_name'] },
    conformIdTokenClaims: !claimsInIdToken,
    ttl: { Interaction: 60, Grant: 60, Session: 60, AccessToken: 60, IdToken: 60 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...people.get(sub), sub }) }),
    async loadExistingGrant({ oidc }) {
      const [accountId, clientId] = [oidc.session?.accountId, oidc.client?.clientId]
      if (accountId === undefined || clientId === undefined) return undefined
      const grant = new provider.Grant({ accountId, clientId })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const pages = provider.callback()

  async function answer(request: IncomingMessage, response: ServerResponse) {
    if (request.url?.startsWith('/interaction/') !== true) return pages(request, response)
    const { present } = state
    if (present !== null) people.set(present.sub, present)
    const result =
      present === null ? { error: 'access_denied' } : { login: { accountId: present.sub, remember: false } }
    return provider.interactionFinished(request, response, result)
  }

  return {
    issuer,
    /** Whoever comes next is this person; null refuses. */
    seat(person: Person | null) {
      state.present = person
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type RealProvider = Awaited<ReturnType<typeof startRealProvider>>

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: 'only', use: 'sig', alg: 'RS256' }
}
