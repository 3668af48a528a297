import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { authorization, query } from '../kit/calls.ts'
import { type IdentityService, startIdentityService } from '../kit/identity-service.ts'
import { secondFactorSecret, secured, wrongCode } from '../kit/second-factors.ts'
import { createTestClock } from '../kit/sessions.ts'
import { type Browser, createBrowser, openidSettings, returnUrl } from './kit/browser.ts'
import { type RealProvider, somebody, startRealProvider } from './kit/real-provider.ts'

const clock = createTestClock()
let provider: RealProvider
let service: IdentityService
before(async () => {
  provider = await startRealProvider()
  const settings = { ...openidSettings(provider.issuer), SECOND_FACTOR_SECRET: secondFactorSecret }
  service = await startIdentityService(settings, { clock })
})
after(async () => {
  await service.close()
  await provider.close()
})

const invalidState = { error: 'state_invalid' }
const parametersOf = (at: URL) => Object.fromEntries(at.searchParams)
const countSessions = async () => {
  const [row] = await query<{ n: number }[]>(service, 'SELECT COUNT(*) AS n FROM sessions')
  return row?.n
}
const refused = { status: 401, code: 'openid_code.unauthenticated' }

/** A browser that is back from the provider but not at the service yet. */
async function returning(query: Record<string, string> = {}): Promise<{ browser: Browser; back: URL }> {
  provider.seat(somebody())
  const browser = createBrowser(service.app)
  return { browser, back: await browser.passProvider(await browser.begin(query)) }
}

/** A browser that is at the frontend, with its code. */
async function arrived(query: Record<string, string> = {}): Promise<{ browser: Browser; at: URL }> {
  const { browser, back } = await returning(query)
  return { browser, at: await browser.comeBack(back) }
}

function pkce() {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

test('a state works once', async () => {
  const { browser, back } = await returning()
  assert.ok(parametersOf(await browser.comeBack(back)).code)
  const again = await browser.comeBack(back)
  assert.equal(`${again.origin}${again.pathname}`, returnUrl)
  assert.deepEqual(parametersOf(again), invalidState)
})

test('a state of another browser logs nobody in, and is used up', async () => {
  const { browser, back } = await returning()
  const others = createBrowser(service.app)
  assert.deepEqual(parametersOf(await others.comeBack(back)), invalidState)
  await others.begin()
  assert.deepEqual(parametersOf(await others.comeBack(back)), invalidState)
  assert.deepEqual(parametersOf(await browser.comeBack(back)), invalidState)
})

test('a state that is missing, made up or ten minutes old logs nobody in', async () => {
  const { browser, back } = await returning()
  for (const state of ['', 'made-up', '%00', "' OR 1=1 --"]) {
    const other = new URL(back)
    other.searchParams.set('state', state)
    assert.deepEqual(parametersOf(await browser.comeBack(other)), invalidState)
  }
  const without = new URL(back)
  without.search = ''
  assert.deepEqual(parametersOf(await browser.comeBack(without)), invalidState)
  clock.advance(601)
  assert.deepEqual(parametersOf(await browser.comeBack(back)), invalidState)
})

test('two tabs of one browser log in side by side', async () => {
  provider.seat(somebody())
  const browser = createBrowser(service.app)
  const [first, second] = [await browser.begin(), await browser.begin()]
  for (const address of [first, second]) {
    const at = await browser.comeBack(await browser.passProvider(address))
    assert.equal((await browser.redeem(at)).statusCode, 200)
  }
})

test('of 20 that redeem one code at once, over two replicas, one gets a session', async () => {
  const { browser, at } = await arrived()
  const before = await countSessions()
  const replica = await service.startReplica()
  const twin = createBrowser(replica)
  for (const [name, value] of browser.jars.ours) twin.jars.ours.set(name, value)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? browser : twin).redeem(at)),
  )
  const statuses = answers.map(({ statusCode }) => statusCode).sort()
  assert.deepEqual(statuses, [200, ...Array.from({ length: 19 }, () => 401)])
  assert.equal(await countSessions(), Number(before) + 1)
  assertFailure(await browser.redeem(at), refused)
  await replica.close()
})

test('a code lives 60 seconds', async () => {
  const first = await arrived()
  clock.advance(59)
  assert.equal((await first.browser.redeem(first.at)).statusCode, 200)
  const second = await arrived()
  clock.advance(61)
  assertFailure(await second.browser.redeem(second.at), refused)
})

test('a code is worth nothing in another browser', async () => {
  const { browser, at } = await arrived()
  assertFailure(await createBrowser(service.app).redeem(at), refused)
  const others = (await arrived()).browser
  assertFailure(await others.redeem(at), refused)
  assertFailure(await browser.redeem('made-up'), refused)
  assert.equal((await browser.redeem(at)).statusCode, 200)
})

test('a code that was begun with a challenge needs its verifier, and no cookie', async () => {
  const { verifier, challenge } = pkce()
  const { browser, at } = await arrived({ code_challenge: challenge })
  assertFailure(await browser.redeem(at), refused)
  assertFailure(await browser.redeem(at, { code_verifier: pkce().verifier }), refused)
  const withoutCookies = createBrowser(service.app)
  assert.equal((await withoutCookies.redeem(at, { code_verifier: verifier })).statusCode, 200)
})

test('a frontend that sends its verifier is safe from a code that was begun without a challenge', async () => {
  const { browser, at } = await arrived()
  assertFailure(await browser.redeem(at, { code_verifier: pkce().verifier }), refused)
})

test('a challenge and a verifier of the wrong form are named', async () => {
  const browser = createBrowser(service.app)
  const begun = await browser.get('/api/v1/auth/google?code_challenge=short')
  assertFailure(begun, { status: 400, fields: ['code_challenge'] })
  assertFailure(await browser.redeem('any', { code_verifier: 'short' }), {
    status: 400,
    fields: ['code_verifier'],
  })
})

test('an account with a second factor is asked for it, and has five minutes from its return', async () => {
  provider.seat(somebody())
  const { access_token } = await createBrowser(service.app).enter()
  const { code, secret } = await secured(service.app, access_token, clock)
  const browser = createBrowser(service.app)
  const at = await browser.logIn()
  const asked = { status: 401, code: 'second_factor.unauthenticated' }
  assertFailure(await createBrowser(service.app).redeem(at), refused)
  assertFailure(await browser.redeem(at), asked)
  clock.advance(120)
  assertFailure(await browser.redeem(at, { otp: wrongCode(secret, clock) }), asked)
  const answer = await browser.redeem(at, { otp: code() })
  assert.equal(answer.statusCode, 200, answer.body)
  assertFailure(await browser.redeem(at, { otp: code(1) }), refused)

  const late = await browser.logIn()
  assertFailure(await browser.redeem(late), asked)
  clock.advance(250)
  assertFailure(await browser.redeem(late), asked)
  clock.advance(51)
  assertFailure(await browser.redeem(late, { otp: code() }), refused)
})

test('a session by the provider is a recent proof, which a change of the second factor asks for', async () => {
  provider.seat(somebody())
  const { access_token } = await createBrowser(service.app).enter()
  const headers = authorization(access_token)
  const begin = () => createBrowser(service.app).post('/api/v1/auth/second-factor', {}, headers)
  assert.equal((await begin()).statusCode, 200)
  clock.advance(601)
  assertFailure(await begin(), { status: 403, code: 'proof.forbidden' })
})
