import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { signToken } from '@werk/shared/test-kit/sign-token'
import {
  authorization,
  post,
  query,
  readToken,
  registered,
  registeredUsername,
  tixgoLogin,
  werkLogin,
} from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { get, granted, refresh, refreshed } from '../kit/sessions.ts'

const service = await startIdentityService()
const replica = await service.startReplica()
const { app } = service
after(async () => {
  await replica.close()
  await service.close()
})
const logOut = (token: string) => post(app, '/api/v1/auth/logout', {}, authorization(token))
const invalid = { status: 401, error: 'invalid token' } as const

test('logging out answers null and ends the access and the refresh token at once, on every replica', async () => {
  const { access_token, refresh_token, user } = await granted(app)
  const answer = await logOut(access_token)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().data, null)
  for (const instance of [app, replica]) {
    assertFailure(await get(instance, '/api/v1/auth/me', access_token), invalid)
    assertFailure(await refresh(instance, refresh_token), invalid)
  }
  const [entry] = await query<{ actor_id: number; details: string }[]>(
    service,
    "SELECT actor_id, details FROM audit_entries WHERE action = 'session.ended' AND subject = ?",
    [`user:${user.id}`],
  )
  assert.equal(entry?.actor_id, user.id)
  assert.deepEqual(JSON.parse(String(entry?.details)), {
    reason: 'log-out',
    session: readToken(access_token).claims.sid,
  })
})

test('the refresh token alone logs out as well, an older one of the session too', async () => {
  const { access_token, refresh_token } = await granted(app)
  await refreshed(app, refresh_token)
  const answer = await post(app, '/api/v1/auth/logout', { refresh_token })
  assert.equal(answer.statusCode, 200, answer.body)
  assertFailure(await get(app, '/api/v1/auth/me', access_token), invalid)
})

test('logging out ends the long-lived tokens of Werk and of TixGo at once', async () => {
  const who = await registered(app)
  const werk: string = (await werkLogin(app, who.email, who.password)).json().token
  const { username, password } = await registeredUsername(app)
  const tixgo: string = (await tixgoLogin(app, username, password)).json().access_token
  for (const token of [werk, tixgo]) {
    for (const url of ['/auth/me', '/api/v1/auth/me']) {
      assert.equal((await get(app, url, token)).statusCode, 200)
    }
    assert.equal((await logOut(token)).statusCode, 200)
    for (const url of ['/auth/me', '/api/v1/auth/me']) {
      for (const instance of [app, replica]) assertFailure(await get(instance, url, token), invalid)
    }
  }
  // The session of the registration is another one.
  assert.equal((await get(app, '/auth/me', who.token)).statusCode, 200)
})

test('logging out again, or with what is worth nothing, changes nothing and is 200', async () => {
  const { access_token, refresh_token } = await granted(app)
  for (let n = 0; n < 2; n += 1) assert.equal((await logOut(access_token)).statusCode, 200)
  assert.equal((await post(app, '/api/v1/auth/logout', { refresh_token })).statusCode, 200)
  assert.equal((await post(app, '/api/v1/auth/logout', { refresh_token: 'nonsense' })).statusCode, 200)
  assert.equal((await app.inject({ method: 'POST', url: '/api/v1/auth/logout' })).statusCode, 200)
  assert.equal((await logOut('nonsense')).statusCode, 200)
  const rows = await query<object[]>(service, 'SELECT seq FROM feed_entries WHERE entity_id = ?', [
    readToken(access_token).claims.sid,
  ])
  assert.equal(rows.length, 1)
})

test('a token that others signed names a session of somebody else in vain', async () => {
  const victim = await granted(app)
  const { user } = await granted(app)
  const sid = String(readToken(victim.access_token).claims.sid)
  await logOut(signToken({ sub: 'mallory@example.com', uid: user.id, sid }))
  assert.equal((await get(app, '/api/v1/auth/me', victim.access_token)).statusCode, 200)
})
