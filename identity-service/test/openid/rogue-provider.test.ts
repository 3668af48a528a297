import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import { query } from '../kit/calls.ts'
import { type IdentityService, startIdentityService } from '../kit/identity-service.ts'
import { createBrowser, openidSettings, path, publicUrl, returnUrl } from './kit/browser.ts'
import {
  honest,
  type RogueProvider,
  startRogueProvider,
  strangeKey,
  type TokenRequest,
} from './kit/rogue-provider.ts'

let provider: RogueProvider
let service: IdentityService
before(async () => {
  provider = await startRogueProvider()
  service = await startIdentityService({ ...openidSettings(provider.issuer), OIDC_TIMEOUT_MS: '300' })
})
after(async () => {
  await service.close()
  await provider.close()
})
beforeEach(() => {
  Object.assign(provider.state, { token: honest, metadata: {}, silent: new Set() })
})

/** Goes to the provider and comes back with a code, and whatever else. */
async function comeBack(more: Record<string, string> = {}, app = service.app): Promise<URL> {
  const browser = createBrowser(app)
  const { searchParams } = await browser.begin()
  provider.state.nonce = searchParams.get('nonce') ?? ''
  const back = { code: 'a code', state: searchParams.get('state') ?? '', ...more }
  return browser.comeBack(new URL(`${publicUrl}${path}/callback?${new URLSearchParams(back)}`))
}

const traces = async () => {
  const tables = ['users', 'sessions', 'external_identities', "one_time_tokens WHERE kind = 'openid.code'"]
  const counts = tables.map((table) => query<{ n: number }[]>(service, `SELECT COUNT(*) AS n FROM ${table}`))
  return (await Promise.all(counts)).map(([row]) => row?.n)
}

/** Nobody is let in, nothing is left behind, and the frontend is told one word. */
async function assertRefused(come: () => Promise<URL>): Promise<void> {
  const before = await traces()
  const at = await come()
  assert.equal(`${at.origin}${at.pathname}`, returnUrl)
  assert.deepEqual(Object.fromEntries(at.searchParams), { error: 'provider_failed' })
  assert.deepEqual(await traces(), before)
  const line = service.logLines.findLast((text) => text.includes('the OpenID provider failed'))
  assert.ok(line)
  assert.doesNotMatch(line, /eyJ|victim/)
}

const withClaims = (change: (good: TokenRequest['claims']) => object) => (request: TokenRequest) =>
  request.answer(request.signed({ ...request.claims, ...change(request.claims) }))

const misdeeds: Record<string, (request: TokenRequest) => void> = {
  'the nonce of another log-in': withClaims(() => ({ nonce: 'another' })),
  'no nonce': withClaims(() => ({ nonce: undefined })),
  'another audience': withClaims(() => ({ aud: 'somebody-else' })),
  'several audiences and another authorized party': withClaims(() => ({
    aud: ['werk', 'other'],
    azp: 'other',
  })),
  'another issuer': withClaims(() => ({ iss: 'https://accounts.example.com' })),
  'no subject': withClaims(() => ({ sub: undefined })),
  'a subject that is no text': withClaims(() => ({ sub: 17 })),
  'a subject of 256 characters': withClaims(() => ({ sub: 's'.repeat(256) })),
  'a time that is over': withClaims(({ iat }) => ({ iat: Number(iat) - 7200, exp: Number(iat) - 3600 })),
  'no end': withClaims(() => ({ exp: undefined })),
  'a time that has not begun': withClaims(({ iat }) => ({ nbf: Number(iat) + 3600 })),
  'no signature (alg none)': ({ claims, signed, answer }) => answer(signed(claims, { alg: 'none' })),
  'no signature (alg None)': ({ claims, signed, answer }) => answer(signed(claims, { alg: 'None' })),
  'a signature of another key': ({ claims, signed, answer }) => answer(signed(claims, {}, strangeKey)),
  'a key nobody knows': ({ claims, signed, answer }) => answer(signed(claims, { kid: 'unknown' })),
  'its own key in the header': ({ claims, signed, answer }) =>
    answer(signed(claims, { jwk: strangeKey.export({ format: 'jwk' }) }, strangeKey)),
  'a signature with the client secret (HS256)': ({ claims, signed, answer }) => {
    const [head = '', body = ''] = signed(claims, { alg: 'HS256', kid: undefined }).split('.')
    const secret = openidSettings(provider.issuer).OIDC_CLIENT_SECRET
    const signature = createHmac('sha256', secret).update(`${head}.${body}`).digest('base64url')
    answer(`${head}.${body}.${signature}`)
  },
  'a signature that was cut': ({ claims, signed, answer }) => answer(signed(claims).slice(0, -10)),
  'no ID token': ({ answer }) => answer(undefined),
  'an ID token that is none': ({ answer }) => answer('not.a.token'),
  'that the code is wrong': ({ answer }) => answer('', 400),
  'a failure of its own': ({ response }) => void response.writeHead(500).end('<h1>victim</h1>'),
  'something that is no JSON': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
  'a redirect elsewhere': ({ response }) => void response.writeHead(302, { location: '/jwks' }).end(),
  'nothing at all': () => {},
  'half an answer': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).write('{"access_token":'),
  'a broken connection': ({ response }) => void response.destroy(),
}

for (const [answer, misdeed] of Object.entries(misdeeds)) {
  test(`a token endpoint that answers ${answer} lets nobody in`, async () => {
    provider.state.token = misdeed
    await assertRefused(() => comeBack())
  })
}

test('an answer in the name of another provider lets nobody in', async () => {
  await assertRefused(() => comeBack({ iss: 'https://accounts.example.com' }))
})

test('an error of the provider is told without its words', async () => {
  await assertRefused(() => comeBack({ error: 'server_error', error_description: 'victim' }))
})

test('keys that do not come let nobody in', async () => {
  const replica = await service.startReplica()
  provider.state.silent.add('/jwks')
  await assertRefused(() => comeBack({}, replica))
  await replica.close()
})

/** The first steps at a service that has not discovered the provider yet. */
async function withNewService(work: (app: IdentityService['app']) => Promise<void>): Promise<void> {
  const replica = await service.startReplica()
  await work(replica)
  await replica.close()
}

const metadata = '/.well-known/openid-configuration'
const discoveryFaults: Record<string, () => void> = {
  'does not answer': () => provider.state.silent.add(metadata),
  'names another issuer': () => {
    provider.state.metadata = { issuer: 'https://accounts.example.com' }
  },
}
for (const [fault, arrange] of Object.entries(discoveryFaults)) {
  test(`while a provider ${fault} nobody is sent there; once it is right again people are`, async () => {
    await withNewService(async (app) => {
      arrange()
      const told = await createBrowser(app).get(path, { accept: 'application/json' })
      assert.equal(told.statusCode, 502, told.body)
      assert.equal(told.json().code, 'openid.upstream_failed')
      assert.ok(!told.body.includes('example.com') && !told.body.includes(provider.issuer))
      const sent = await createBrowser(app).begin()
      assert.equal(sent.href, `${returnUrl}?error=provider_failed`)
      Object.assign(provider.state, { metadata: {}, silent: new Set() })
      assert.ok((await comeBack({}, app)).searchParams.has('code'))
    })
  })
}

test('many that come at once make one discovery', async () => {
  await withNewService(async (app) => {
    provider.state.asked = []
    await Promise.all(Array.from({ length: 10 }, () => createBrowser(app).begin()))
    assert.deepEqual(provider.state.asked, [metadata])
  })
})

test('the same provider, when it is honest, lets people in', async () => {
  const at = await comeBack()
  assert.deepEqual([...at.searchParams.keys()], ['code'])
})
