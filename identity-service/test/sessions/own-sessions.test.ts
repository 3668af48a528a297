import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { authorization, readToken, tixgoLogin, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { createTestClock, get, granted, refresh, refreshed, workpulseLogin } from '../kit/sessions.ts'

const clock = createTestClock()
const service = await startIdentityService({}, { clock })
const { app } = service
after(() => service.close())
const path = '/api/v1/auth/sessions'
const list = async (token: string) => {
  const answer = await get(app, path, token)
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().data as Record<string, unknown>[]
}
const end = (token: string, id?: unknown) =>
  app.inject({
    method: 'DELETE',
    url: id === undefined ? path : `${path}/${id}`,
    headers: authorization(token),
  })
const sidOf = (token: string) => readToken(token).claims.sid
const isAlive = async (token: string) => (await get(app, '/api/v1/auth/me', token)).statusCode === 200

test('the sessions of every dialect are listed with device, address and times, and which one is this', async () => {
  const began = clock.now()
  const who = await granted(app, {}, { 'user-agent': 'Browser/1' })
  clock.advance(60)
  const werk: string = (await werkLogin(app, who.email, who.password)).json().token
  clock.advance(60)
  const next = await refreshed(app, who.refresh_token, { 'user-agent': 'Browser/2' })
  const [first, second, ...others] = await list(next.access_token)
  assert.deepEqual(others, [])
  const at = (seconds: number) => new Date(began.getTime() + seconds * 1000).toISOString()
  assert.deepEqual(first, {
    id: sidOf(who.access_token),
    dialect: 'workpulse',
    device: 'Browser/2',
    address: '127.0.0.1',
    created_at: at(0),
    last_used_at: at(120),
    expires_at: at(120 + 7 * 24 * 3600),
    current: true,
  })
  assert.deepEqual(
    [second?.id, second?.dialect, second?.current, second?.expires_at],
    [sidOf(werk), 'werk', false, at(60 + 24 * 3600)],
  )
  assert.equal((await list(werk)).find(({ id }) => id === sidOf(werk))?.current, true)
  clock.advance(24 * 3600)
  assert.deepEqual(
    (await list(next.access_token)).map(({ id }) => id),
    [sidOf(who.access_token)],
  )
})

test('ending one session ends that one, with its tokens', async () => {
  const who = await granted(app)
  const other = (await tixgoLogin(app, who.email, who.password)).json().access_token
  assert.equal((await end(who.access_token, sidOf(other))).json().data, null)
  assert.ok(!(await isAlive(other)))
  assert.deepEqual(
    (await list(who.access_token)).map(({ id }) => id),
    [sidOf(who.access_token)],
  )
  assertFailure(await end(who.access_token, sidOf(other)), { status: 404, code: 'session.not_found' })
})

test("another's session, an unknown one and what is no id answer alike: 404, and nothing ends", async () => {
  const [who, other] = [await granted(app), await granted(app)]
  for (const id of [sidOf(other.access_token), crypto.randomUUID(), 'x', '%00']) {
    const failure = assertFailure(await end(who.access_token, id), { status: 404, code: 'session.not_found' })
    assert.equal(failure.error, 'you have no such session')
  }
  assert.ok(await isAlive(other.access_token))
})

test('ending all others leaves this one alone', async () => {
  const who = await granted(app)
  const stranger = await granted(app)
  const others = [
    (await workpulseLogin(app, who.email, who.password)).json().data,
    (await workpulseLogin(app, who.email, who.password)).json().data,
  ]
  const werk: string = (await werkLogin(app, who.email, who.password)).json().token
  assert.equal((await end(who.access_token)).statusCode, 200)
  for (const { access_token, refresh_token } of others) {
    assert.ok(!(await isAlive(access_token)))
    assertFailure(await refresh(app, refresh_token), { status: 401 })
  }
  assert.ok(!(await isAlive(werk)))
  assert.ok(await isAlive(who.access_token))
  await refreshed(app, who.refresh_token)
  assert.ok(await isAlive(stranger.access_token))
})

test('without a token all of it is 401', async () => {
  assertFailure(await app.inject(path), { status: 401 })
  for (const url of [path, `${path}/x`]) {
    assertFailure(await app.inject({ method: 'DELETE', url }), { status: 401 })
  }
})
