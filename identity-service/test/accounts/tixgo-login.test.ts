import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import {
  authorization,
  query,
  readToken,
  registered,
  registeredUsername,
  tixgoLogin,
  werkLogin,
} from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService({ TOKEN_EXPIRE_MINUTES: '45' })
const { app } = service
after(() => service.close())
const me = (headers: Record<string, string>) => app.inject({ url: '/auth/me', headers })

test('logging in answers 200 with access_token and token_type bearer, and nothing else', async () => {
  const { username, password } = await registeredUsername(app)
  const answer = await tixgoLogin(app, username, password)
  assert.equal(answer.statusCode, 200)
  const { access_token: token, ...rest } = answer.json()
  assert.deepEqual(rest, { token_type: 'bearer' })
  const { iat, exp, sid, uid, ...claims } = readToken(token).claims
  assert.equal(Number(exp) - Number(iat), 45 * 60, 'the token lives TOKEN_EXPIRE_MINUTES')
  assert.ok(typeof sid === 'string' && Number.isInteger(uid))
  assert.deepEqual(claims, {
    sub: username,
    role: 'committee',
    tenant_id: 1,
    name: username,
    iss: 'werk-identity',
    aud: 'werk-ticketing',
  })
})

test('wrong and unknown are alike: 401', async () => {
  const { username } = await registeredUsername(app)
  for (const name of [username, 'nobody', "x' OR '1'='1"]) {
    assertFailure(await tixgoLogin(app, name, 'wrong'), { status: 401, code: 'credentials.unauthenticated' })
  }
})

test('one account logs in through both dialects, by e-mail or username', async () => {
  const who = await registered(app)
  const { username, password } = await registeredUsername(app)
  const byEmail = await tixgoLogin(app, who.email.toUpperCase(), who.password)
  assert.equal(byEmail.statusCode, 200)
  assert.equal(readToken(byEmail.json().access_token).claims.uid, readToken(who.token).claims.uid)
  assert.equal(readToken(byEmail.json().access_token).claims.sub, who.email)

  const byUsername = await werkLogin(app, username.toUpperCase(), password)
  assert.equal(byUsername.statusCode, 200)
  assert.equal(readToken(byUsername.json().token).claims.sub, username)
  for (const field of ['name', 'lastname', 'email']) assert.equal(typeof byUsername.json()[field], 'string')
})

test('me answers 200 with username and role, for a token of either dialect', async () => {
  const { username, password } = await registeredUsername(app)
  const { access_token: token } = (await tixgoLogin(app, username, password)).json()
  const answer = await me(authorization(token))
  assert.deepEqual([answer.statusCode, answer.json()], [200, { username, role: 'committee' }])

  const who = await registered(app)
  assert.deepEqual((await me(authorization(who.token))).json(), { username: who.email, role: 'user' })
  assert.deepEqual((await me(bearer({ sub: username }))).json(), { username, role: 'committee' })
})

test('me without a token is 401 missing authorization header, with a wrong one 401 invalid token', async () => {
  assertFailure(await me({}), { status: 401, error: 'missing authorization header' })
  assertFailure(await me({ authorization: 'Bearer nonsense' }), { status: 401, error: 'invalid token' })
})

test('me tells the role of the account, not of the token, and ends with the account', async () => {
  const { username, password } = await registeredUsername(app)
  const { access_token: token } = (await tixgoLogin(app, username, password)).json()
  await query(service, "UPDATE users SET role = 'agent' WHERE username = ?", [username])
  assert.equal((await me(authorization(token))).json().role, 'agent')
  await query(service, 'UPDATE users SET active = 0 WHERE username = ?', [username])
  assertFailure(await me(authorization(token)), { status: 401, error: 'invalid token' })
  await query(service, 'DELETE FROM users WHERE username = ?', [username])
  assertFailure(await me(authorization(token)), { status: 401, error: 'invalid token' })
})

test('me with a foreign X-Tenant-ID is 403, and so is an account of an inactive tenant', async () => {
  await query(service, "INSERT INTO tenants (id, name) VALUES (2, 'Second')")
  const { username, password } = await registeredUsername(app, { 'x-tenant-id': '2' })
  const { access_token: token } = (await tixgoLogin(app, username, password)).json()
  assert.equal((await me(authorization(token))).statusCode, 200)
  assertFailure(await me({ ...authorization(token), 'x-tenant-id': '1' }), {
    status: 403,
    code: 'tenant.forbidden',
  })
  assertFailure(await me({ ...authorization(token), 'x-tenant-id': 'x' }), {
    status: 400,
    code: 'tenant.invalid',
  })
  await query(service, 'UPDATE tenants SET active = 0 WHERE id = 2')
  assertFailure(await me(authorization(token)), { status: 403, code: 'tenant.forbidden' })
})
