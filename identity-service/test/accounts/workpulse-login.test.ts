import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { post, query, readToken, registered, registeredUsername, tixgoLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { get, granted, setCookie, workpulseLogin } from '../kit/sessions.ts'

const service = await startIdentityService({ ACCESS_TOKEN_MINUTES: '5' })
const { app } = service
after(() => service.close())
const me = (token: string) => get(app, '/api/v1/auth/me', token)

test('an account of another dialect logs in, and the token lives ACCESS_TOKEN_MINUTES', async () => {
  const who = await registered(app)
  const answer = await workpulseLogin(app, who.email.toUpperCase(), who.password)
  assert.equal(answer.statusCode, 200, answer.body)
  const { access_token, expires_in, refresh_token } = answer.json().data
  assert.equal(expires_in, 300)
  const { iat, exp, sub, sid } = readToken(access_token).claims
  assert.equal(Number(exp) - Number(iat), 300)
  assert.equal(sub, who.email)
  assert.notEqual(sid, readToken(who.token).claims.sid)
  assert.equal(setCookie(answer)?.value, refresh_token)
  assert.equal(answer.headers['cache-control'], 'no-store')
})

test('the cookie is for this host alone, out of reach for scripts, and lives as long as the session unused', async () => {
  const who = await granted(app)
  const cookie = setCookie(await workpulseLogin(app, who.email, who.password))
  assert.deepEqual(
    [cookie?.httpOnly, cookie?.secure, cookie?.sameSite, cookie?.path, cookie?.domain],
    [true, true, 'Strict', '/', undefined],
  )
  const left = Number(cookie?.expires?.getTime()) - Date.now()
  assert.ok(Math.abs(left - 7 * 24 * 3_600_000) < 60_000, `${left} ms`)
})

test('the refresh token is at rest as its SHA-256 alone', async () => {
  const { refresh_token } = await granted(app)
  const rows = await query<object[]>(service, 'SELECT * FROM refresh_tokens')
  assert.ok(!JSON.stringify(rows).includes(refresh_token.slice(4)))
})

test('a wrong password and an unknown e-mail are 401 alike, without a cookie', async () => {
  const { email } = await granted(app)
  for (const name of [email, 'nobody@example.com']) {
    const answer = await workpulseLogin(app, name, 'wrong password')
    assertFailure(answer, { status: 401, error: 'invalid email or password' })
    assert.equal(setCookie(answer), undefined)
  }
})

test('missing and mistyped fields are 400 by name', async () => {
  assertFailure(await post(app, '/api/v1/auth/login', { email: 1 }), {
    status: 400,
    fields: ['email', 'password'],
  })
})

test('me is the user with its teams, by the token of any dialect', async () => {
  const { username, password } = await registeredUsername(app)
  const { access_token: token } = (await tixgoLogin(app, username, password)).json()
  const id = readToken(token).claims.uid
  await query(
    service,
    "INSERT INTO teams (id, tenant_id, name) VALUES (3, 1, 'Red'), (4, 1, 'Blue'), (5, 1, 'Not')",
  )
  await query(service, 'INSERT INTO team_members (team_id, user_id) VALUES (3, ?), (4, ?)', [id, id])
  const answer = await me(token)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.deepEqual(answer.json().data, {
    id,
    name: '',
    lastname: '',
    email: null,
    username,
    role: 'committee',
    tenant_id: 1,
    teams: [
      { id: 4, name: 'Blue' },
      { id: 3, name: 'Red' },
    ],
  })
})

test('me without a token is 401, as contract 1 words it', async () => {
  assertFailure(await app.inject('/api/v1/auth/me'), { status: 401, error: 'missing authorization header' })
  assertFailure(await me('nonsense'), { status: 401, error: 'invalid token' })
})
