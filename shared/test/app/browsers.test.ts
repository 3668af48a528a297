import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp } from './test-app.ts'

const origin = 'https://app.example.com'
const config = { CORS_ORIGINS: [origin, 'http://localhost:3000'] }
const preflight = (from: string) => ({
  method: 'OPTIONS' as const,
  url: '/echo',
  headers: {
    origin: from,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,x-tenant-id',
  },
})

test('a browser of a listed origin may call, with credentials', async (t) => {
  const { app } = await startTestApp(t, { config })
  for (const listed of config.CORS_ORIGINS) {
    const { statusCode, headers } = await app.inject(preflight(listed))
    assert.equal(statusCode, 204)
    assert.equal(headers['access-control-allow-origin'], listed)
    assert.equal(headers['access-control-allow-credentials'], 'true')
    assert.match(String(headers['access-control-allow-methods']), /POST/)
    assert.match(String(headers['access-control-allow-headers']), /authorization/i)
    const answer = await app.inject({ url: '/open', headers: { origin: listed } })
    assert.equal(answer.headers['access-control-allow-origin'], listed)
    assert.match(String(answer.headers['access-control-expose-headers']), /X-Request-Id/)
  }
})

test('a browser may use every method that the services have', async (t) => {
  const { app } = await startTestApp(t, { config })
  const { headers } = await app.inject(preflight(origin))
  for (const method of ['GET', 'POST', 'PATCH', 'PUT', 'DELETE']) {
    assert.match(String(headers['access-control-allow-methods']), new RegExp(method))
  }
})

test('no other origin is let in, nor one that only looks like it', async (t) => {
  const { app } = await startTestApp(t, { config })
  const strangers = [
    'https://evil.example',
    `${origin}.evil.example`,
    `http://app.example.com`,
    `${origin}:8443`,
    'null',
  ]
  for (const stranger of strangers) {
    const early = await app.inject(preflight(stranger))
    assert.equal(early.headers['access-control-allow-origin'], undefined, stranger)
    const answer = await app.inject({ url: '/open', headers: { origin: stranger } })
    assert.equal(answer.headers['access-control-allow-origin'], undefined, stranger)
  }
})

test('without CORS_ORIGINS no origin is let in', async (t) => {
  const { app } = await startTestApp(t)
  const answer = await app.inject(preflight(origin))
  assert.equal(answer.headers['access-control-allow-origin'], undefined)
})

test('failures are readable by a listed origin, too', async (t) => {
  const { app } = await startTestApp(t, { config: { ...config, RATE_LIMIT_PER_ADDRESS: 2 } })
  for (const [url, status] of [
    ['/me', 401],
    ['/nothing', 404],
    ['/open', 429],
  ] as const) {
    const answer = await app.inject({ url, headers: { origin } })
    assert.equal(answer.statusCode, status)
    assert.equal(answer.headers['access-control-allow-origin'], origin, url)
  }
})

test('every answer has the security headers', async (t) => {
  const { app } = await startTestApp(t)
  for (const url of ['/open', '/me', '/nothing', '/health', '/openapi.json']) {
    const { headers } = await app.inject(url)
    assert.equal(headers['x-content-type-options'], 'nosniff', url)
    assert.match(String(headers['strict-transport-security']), /max-age=\d{7,}/)
    assert.equal(headers['x-frame-options'], 'SAMEORIGIN')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.match(String(headers['content-security-policy']), /default-src 'none'/)
    assert.equal(headers['x-powered-by'], undefined)
  }
})
