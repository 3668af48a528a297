import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

type Claims = Record<string, unknown>

/** What a good token endpoint would answer now, and what is needed to answer otherwise. */
export type TokenRequest = {
  claims: Claims
  /** @param header instead of the good one */
  signed(claims: Claims, header?: object, key?: KeyObject): string
  answer(idToken: string | undefined, status?: number): void
  response: ServerResponse
}
type Behaviour = (request: TokenRequest) => void

export const honest: Behaviour = ({ claims, signed, answer }) => answer(signed(claims))

/** Another key of the same kind. */
export const strangeKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** A provider that does as it is told, over real HTTP. It has no pages: the test itself is who brings a code back. */
export async function startRogueProvider() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'good', use: 'sig', alg: 'RS256' }
  const state = {
    token: honest,
    /** Overrides the metadata. */
    metadata: {} as Claims,
    /** Paths that are not answered at all. */
    silent: new Set<string>(),
    nonce: '',
    asked: [] as string[],
  }

  const pages: Record<string, (response: ServerResponse) => void> = {
    '/.well-known/openid-configuration': (response) =>
      json(response, { ...metadataOf(issuer), ...state.metadata }),
    '/jwks': (response) => json(response, { keys: [jwk] }),
    '/token': (response) =>
      state.token({
        claims: goodClaims(issuer, state.nonce),
        signed: (claims, header = {}, key = privateKey) =>
          signedToken({ alg: 'RS256', kid: 'good', typ: 'JWT', ...header }, claims, key),
        answer: (id_token, status = 200) =>
          json(response, { access_token: 'access', token_type: 'Bearer', id_token }, status),
        response,
      }),
  }
  const server = createServer((request: IncomingMessage, response) => {
    const page = request.url ?? ''
    state.asked.push(page)
    if (state.silent.has(page)) return
    request.resume().on('end', () => (pages[page] ?? notFound)(response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const issuer = `http://127.0.0.1:${address.port}`

  return {
    issuer,
    state,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type RogueProvider = Awaited<ReturnType<typeof startRogueProvider>>

const metadataOf = (issuer: string): Claims => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  // As careless as can be: what a client believes must not depend on it.
  id_token_signing_alg_values_supported: ['RS256', 'none', 'HS256'],
})

function goodClaims(issuer: string, nonce: string): Claims {
  const now = Math.floor(Date.now() / 1000)
  const person = { sub: 'victim', email: 'victim@example.com', email_verified: true, name: 'Victim' }
  return { iss: issuer, aud: 'werk', nonce, iat: now, exp: now + 300, ...person }
}

function signedToken(
  header: { alg: string; kid: string; typ: string },
  claims: Claims,
  key: KeyObject,
): string {
  const input = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const signature =
    header.alg === 'none' ? '' : sign('RSA-SHA256', Buffer.from(input), key).toString('base64url')
  return `${input}.${signature}`
}

const notFound = (response: ServerResponse) => json(response, {}, 404)

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
