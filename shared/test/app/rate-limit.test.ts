import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { bearer } from '../../src/test-kit/sign-token.ts'
import { startTestApp } from './test-app.ts'

type App = Awaited<ReturnType<typeof startTestApp>>['app']
type Headers = Record<string, string>

const from = (app: App, remoteAddress: string, url = '/open', headers: Headers = {}) =>
  app.inject({ url, remoteAddress, headers })

function assertLimited(answer: Awaited<ReturnType<typeof from>>): void {
  assertFailure(answer, { status: 429, code: 'request.rate_limited', fields: null })
  const seconds = Number(answer.headers['retry-after'])
  assert.ok(Number.isInteger(seconds) && seconds > 0 && seconds <= 60, String(answer.headers['retry-after']))
}

test('one address gets so many requests a minute, then 429 with Retry-After; others are not touched', async (t) => {
  const { app } = await startTestApp(t, { config: { RATE_LIMIT_PER_ADDRESS: 3 } })
  for (let n = 0; n < 3; n += 1) assert.equal((await from(app, '192.0.2.1')).statusCode, 200)
  assertLimited(await from(app, '192.0.2.1'))
  assert.equal((await from(app, '192.0.2.2')).statusCode, 200)
})

test('health and metrics are never limited', async (t) => {
  const { app } = await startTestApp(t, { config: { RATE_LIMIT_PER_ADDRESS: 1 } })
  for (const url of ['/health', '/healthz', '/readyz', '/metrics', '/health', '/readyz']) {
    assert.equal((await from(app, '192.0.2.1', url)).statusCode, 200, url)
  }
})

test('refused requests count for the address: tokens cannot be guessed without limit', async (t) => {
  const { app } = await startTestApp(t, { config: { RATE_LIMIT_PER_ADDRESS: 3 } })
  const headers = { authorization: 'Bearer guess' }
  for (let n = 0; n < 3; n += 1) assert.equal((await from(app, '192.0.2.1', '/me', headers)).statusCode, 401)
  assertLimited(await from(app, '192.0.2.1', '/me', headers))
})

test('unknown paths count for the address', async (t) => {
  const { app } = await startTestApp(t, { config: { RATE_LIMIT_PER_ADDRESS: 3 } })
  for (let n = 0; n < 3; n += 1) assert.equal((await from(app, '192.0.2.1', `/no/${n}`)).statusCode, 404)
  assertLimited(await from(app, '192.0.2.1', '/no/more'))
})

test('one account gets so many requests a minute from all its addresses together', async (t) => {
  const { app } = await startTestApp(t, { config: { RATE_LIMIT_PER_ACCOUNT: 3 } })
  const ada = bearer({ sub: 'ada' })
  for (let n = 0; n < 3; n += 1) assert.equal((await from(app, `192.0.2.${n}`, '/me', ada)).statusCode, 200)
  assertLimited(await from(app, '192.0.2.9', '/me', ada))
  assert.equal((await from(app, '192.0.2.9', '/me', bearer({ sub: 'bob' }))).statusCode, 200)
  const namesake = bearer({ sub: 'ada', tenant_id: 2 })
  assert.equal((await from(app, '192.0.2.9', '/me', namesake)).statusCode, 200)
})

test('0 is off', async (t) => {
  const { app } = await startTestApp(t)
  for (let n = 0; n < 50; n += 1) {
    assert.equal((await from(app, '192.0.2.1', '/me', bearer({ sub: 'ada' }))).statusCode, 200)
  }
})

test('a made-up X-Forwarded-For does not help', async (t) => {
  const { app } = await startTestApp(t, { config: { RATE_LIMIT_PER_ADDRESS: 2 } })
  const answers = []
  for (let n = 0; n < 4; n += 1) {
    const headers = {
      'x-forwarded-for': `198.51.100.${n}`,
      forwarded: `for=198.51.100.${n}`,
      'x-real-ip': `198.51.100.${n}`,
    }
    answers.push((await from(app, '192.0.2.1', '/open', headers)).statusCode)
  }
  assert.deepEqual(answers, [200, 200, 429, 429])
})

test('behind a trusted proxy the last address that it did not make itself counts', async (t) => {
  const config = { RATE_LIMIT_PER_ADDRESS: 1, TRUST_PROXY: ['127.0.0.1'] }
  const { app } = await startTestApp(t, { config })
  const behind = (forwarded: string, proxy = '127.0.0.1') =>
    from(app, proxy, '/open', { 'x-forwarded-for': forwarded }).then(({ statusCode }) => statusCode)
  assert.equal(await behind('198.51.100.1'), 200)
  assert.equal(await behind('198.51.100.2'), 200)
  assert.equal(await behind('198.51.100.1'), 429)
  assert.equal(await behind('203.0.113.99, 198.51.100.1'), 429, 'what a client put in front is not believed')
  assert.equal(await behind('198.51.100.3', '192.0.2.1'), 200)
  assert.equal(await behind('198.51.100.4', '192.0.2.1'), 429, 'nobody else is a proxy')
})

test('of many requests at once exactly the limit passes', async (t) => {
  const { app } = await startTestApp(t, { config: { RATE_LIMIT_PER_ACCOUNT: 30 } })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const headers = bearer({ sub: 'ada' })
  const call = async () => {
    const answer = await fetch(`${origin}/me`, { headers })
    await answer.arrayBuffer()
    return answer.status
  }
  const statuses = await Promise.all(Array.from({ length: 200 }, call))
  assert.equal(statuses.filter((status) => status === 200).length, 30)
  assert.equal(statuses.filter((status) => status === 429).length, 170)
})
