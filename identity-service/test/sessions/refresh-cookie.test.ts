import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { authorization } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import {
  byCookie,
  cookieName,
  get,
  granted,
  refresh,
  refreshed,
  sameOrigin,
  setCookie,
  workpulseLogin,
} from '../kit/sessions.ts'

const frontend = 'https://app.example.com'
const service = await startIdentityService({ CORS_ORIGINS: frontend })
const { app } = service
after(() => service.close())
const isCleared = (answer: Parameters<typeof setCookie>[0]) =>
  setCookie(answer)?.value === '' && Number(setCookie(answer)?.expires) === 0

test('a browser refreshes by its cookie, which is rotated; the body says the same token', async () => {
  const { refresh_token } = await granted(app)
  const answer = await byCookie(app, 'refresh', refresh_token, sameOrigin)
  assert.equal(answer.statusCode, 200, answer.body)
  const next = answer.json().data.refresh_token
  assert.equal(setCookie(answer)?.value, next)
  assert.equal(answer.headers['cache-control'], 'no-store')
  await refreshed(app, next)
})

test('it does not matter that a request without a body names a type for it', async () => {
  const { refresh_token } = await granted(app)
  const headers = { ...sameOrigin, 'content-type': 'application/json' }
  assert.equal((await byCookie(app, 'refresh', refresh_token, headers)).statusCode, 200)
  assert.equal((await byCookie(app, 'logout', refresh_token, headers)).statusCode, 200)
})

test('the token in the body wins over the cookie', async () => {
  const [one, other] = [await granted(app), await granted(app)]
  const answer = await refresh(app, one.refresh_token, { cookie: `${cookieName}=${other.refresh_token}` })
  assert.equal(answer.json().data.user.id, one.user.id)
})

for (const path of ['refresh', 'logout'] as const) {
  test(`${path} by cookie is for pages of this host or of an allowed origin; others are 403 and change nothing`, async () => {
    const { refresh_token, access_token } = await granted(app)
    const foreign: Record<string, string>[] = [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${frontend}.evil.example` },
      { origin: 'http://app.example.com' },
      { origin: 'https://desk.example.com', host: 'desk.example.com' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'https://other.example.com' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.example', authorization: 'Bearer nonsense' },
      { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    ]
    for (const headers of foreign) {
      const answer = await byCookie(app, path, refresh_token, headers)
      assertFailure(answer, { status: 403, code: 'csrf.forbidden' })
      assert.equal(setCookie(answer), undefined)
    }
    assert.equal((await get(app, '/api/v1/auth/me', access_token)).statusCode, 200)
    await refreshed(app, refresh_token)
  })

  test(`${path} by cookie passes from an allowed origin, from its own host and where the browser calls it same-origin`, async () => {
    const ours: Record<string, string>[] = [
      { origin: frontend },
      { origin: 'http://desk.example.com:18081', host: 'desk.example.com:18081' },
      sameOrigin,
    ]
    for (const headers of ours) {
      const { refresh_token } = await granted(app)
      const answer = await byCookie(app, path, refresh_token, headers)
      assert.equal(answer.statusCode, 200, JSON.stringify(headers))
    }
  })
}

test('a form of another site cannot log a browser in: only JSON is taken, and that the browser asks about before', async () => {
  const { refresh_token } = await granted(app)
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/v1/auth/refresh',
      headers: { 'content-type': type },
      payload: JSON.stringify({ refresh_token }),
    })
    assertFailure(answer, { status: 415 })
    assert.equal(setCookie(answer), undefined)
  }
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/api/v1/auth/refresh',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  })
  assert.equal(preflight.headers['access-control-allow-origin'], undefined)
})

test('a cookie that is worth nothing any more is taken back', async () => {
  for (const token of ['nonsense', `wrt_${'A'.repeat(43)}`]) {
    const answer = await byCookie(app, 'refresh', token, sameOrigin)
    assertFailure(answer, { status: 401, error: 'invalid token' })
    assert.ok(isCleared(answer))
    const { httpOnly, secure, path, domain } = setCookie(answer) ?? {}
    assert.deepEqual([httpOnly, secure, path, domain], [true, true, '/', undefined])
  }
  assert.equal(setCookie(await refresh(app, 'nonsense')), undefined)
})

test('logging out takes the cookie back and ends the sessions of the access token and of the cookie', async () => {
  const [one, other] = [await granted(app), await granted(app)]
  const answer = await byCookie(app, 'logout', other.refresh_token, authorization(one.access_token))
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().data, null)
  assert.ok(isCleared(answer))
  for (const { access_token, refresh_token } of [one, other]) {
    assertFailure(await get(app, '/api/v1/auth/me', access_token), { status: 401 })
    assertFailure(await refresh(app, refresh_token), { status: 401 })
  }
})

test('COOKIE_SAME_SITE sets the attribute', async () => {
  const lax = await startIdentityService({ COOKIE_SAME_SITE: 'none' })
  try {
    const who = await granted(lax.app)
    const cookie = setCookie(await workpulseLogin(lax.app, who.email, who.password))
    assert.deepEqual([cookie?.sameSite, cookie?.secure], ['None', true])
  } finally {
    await lax.close()
  }
})

test('a log-in ends the session whose cookie its browser had, once it succeeded, and no other', async () => {
  const [before, bystander] = [await granted(app), await granted(app)]
  const who = await granted(app)
  const headers = { cookie: `${cookieName}=${before.refresh_token}` }
  const isAlive = async (token: string) => (await get(app, '/api/v1/auth/me', token)).statusCode === 200

  assert.equal((await workpulseLogin(app, who.email, 'wrong', headers)).statusCode, 401)
  assert.equal(await isAlive(before.access_token), true)
  const answer = await workpulseLogin(app, who.email, who.password, headers)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(await isAlive(before.access_token), false)
  assertFailure(await refresh(app, before.refresh_token), { status: 401, code: 'token.unauthenticated' })
  for (const token of [answer.json().data.access_token, who.access_token, bystander.access_token])
    assert.equal(await isAlive(token), true)
  const made = { cookie: `${cookieName}=wrt_made-up` }
  assert.equal((await workpulseLogin(app, who.email, who.password, made)).statusCode, 200)
})
