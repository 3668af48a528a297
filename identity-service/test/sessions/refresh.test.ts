import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { query, readToken } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { createTestClock, get, granted, refresh, refreshed } from '../kit/sessions.ts'

const clock = createTestClock()
const service = await startIdentityService({ DATABASE_POOL_SIZE: '10' }, { clock })
const replica = await service.startReplica()
const { app } = service
after(async () => {
  await replica.close()
  await service.close()
})
const sidOf = (token: string) => String(readToken(token).claims.sid)
const me = (token: string) => get(replica, '/api/v1/auth/me', token)
const refused = { status: 401, code: 'token.unauthenticated', error: 'invalid token' } as const
const graceSeconds = 30

test('refreshing answers as logging in does, with a token of the same session and a rotated refresh token', async () => {
  const { access_token, refresh_token, user } = await granted(app)
  const next = await refreshed(replica, refresh_token)
  assert.deepEqual(Object.keys(next).sort(), [
    'access_token',
    'expires_in',
    'refresh_token',
    'token_type',
    'user',
  ])
  assert.notEqual(next.refresh_token, refresh_token)
  assert.match(next.refresh_token, /^wrt_[\w-]{43}$/)
  assert.equal(sidOf(next.access_token), sidOf(access_token))
  assert.deepEqual(next.user, user)
  assert.equal((await me(next.access_token)).statusCode, 200)
})

test('50 refreshes of one token at once over two replicas make exactly one successor, and all are answered 200', async (t) => {
  const { refresh_token, access_token } = await granted(app)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => refresh(n % 2 === 0 ? app : replica, refresh_token)),
  )
  const successors = new Set(answers.map((answer) => answer.json().data?.refresh_token))
  const succeeded = answers.filter(({ statusCode }) => statusCode === 200).length
  t.diagnostic(`${succeeded} of ${answers.length} answered 200, ${successors.size} successor`)
  assert.equal(succeeded, 50)
  assert.equal(successors.size, 1)
  const rows = await query<object[]>(service, 'SELECT generation FROM refresh_tokens WHERE session_id = ?', [
    sidOf(access_token),
  ])
  assert.equal(rows.length, 2)
  await refreshed(app, String([...successors][0]))
})

test('a lost answer recovers: the token before the newest says the same successor again within the grace', async () => {
  const { refresh_token } = await granted(app)
  const first = await refreshed(app, refresh_token)
  clock.advance(graceSeconds)
  const second = await refreshed(replica, refresh_token)
  assert.equal(second.refresh_token, first.refresh_token)
  assert.equal((await me(second.access_token)).statusCode, 200)
  await refreshed(app, second.refresh_token)
})

test('the token before the newest ends its family once the grace is over', async () => {
  const { refresh_token } = await granted(app)
  const next = await refreshed(app, refresh_token)
  clock.advance(graceSeconds + 1)
  assertFailure(await refresh(replica, refresh_token), refused)
  assertFailure(await refresh(app, next.refresh_token), refused)
  assertFailure(await me(next.access_token), refused)
})

test('an older token ends its family at once: a stolen token and what was made of it are worth nothing', async () => {
  const { refresh_token: stolen, access_token, user, email, password } = await granted(app)
  const other = (
    await app.inject({ method: 'POST', url: '/api/v1/auth/login', payload: { email, password } })
  ).json().data
  const second = await refreshed(app, stolen)
  const third = await refreshed(replica, second.refresh_token)
  assertFailure(await refresh(app, stolen), refused)
  for (const token of [third.refresh_token, second.refresh_token, stolen]) {
    assertFailure(await refresh(replica, token), refused)
  }
  for (const token of [access_token, third.access_token]) assertFailure(await me(token), refused)
  // Another session of the same account goes on.
  await refreshed(app, other.refresh_token)

  const session = sidOf(access_token)
  const audit = await query<{ subject: string; details: string }[]>(
    service,
    "SELECT subject, details FROM audit_entries WHERE action = 'session.refresh_reused' AND subject = ?",
    [`user:${user.id}`],
  )
  assert.equal(audit.length, 1)
  assert.deepEqual(JSON.parse(String(audit[0]?.details)), { session, generation: 0, newest: 2 })
  const feed = await query<object[]>(
    service,
    "SELECT entity_id FROM feed_entries WHERE entity = 'ended_session' AND entity_id = ?",
    [session],
  )
  assert.equal(feed.length, 1)
})

test('reuse that comes to both replicas at once ends the family once', async () => {
  const { refresh_token, user } = await granted(app)
  const second = await refreshed(app, refresh_token)
  await refreshed(app, second.refresh_token)
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => refresh(n % 2 === 0 ? app : replica, refresh_token)),
  )
  for (const answer of answers) assertFailure(answer, refused)
  const audit = await query<object[]>(
    service,
    "SELECT seq FROM audit_entries WHERE action = 'session.refresh_reused' AND subject = ?",
    [`user:${user.id}`],
  )
  assert.equal(audit.length, 1)
})

test('what is no refresh token of ours is 401 and ends nothing', async () => {
  const { refresh_token, access_token } = await granted(app)
  const strange = [
    'x',
    `${refresh_token}x`,
    refresh_token.toLowerCase(),
    access_token.slice(0, 200),
    "' OR 1=1",
  ]
  for (const token of strange) assertFailure(await refresh(app, token), refused)
  const nothing = await app.inject({ method: 'POST', url: '/api/v1/auth/refresh' })
  assertFailure(nothing, refused)
  await refreshed(app, refresh_token)
})

test('a session that is not refreshed for SESSION_IDLE_HOURS ends, and each refresh begins them anew', async () => {
  const { refresh_token } = await granted(app)
  const almost = 7 * 24 * 3600 - 1
  clock.advance(almost)
  const next = await refreshed(app, refresh_token)
  clock.advance(almost)
  const last = await refreshed(app, next.refresh_token)
  clock.advance(almost + 1)
  assertFailure(await refresh(app, last.refresh_token), refused)
})

test('a session ends after SESSION_MAX_HOURS however much it is used, and its access tokens with it', async () => {
  let { refresh_token } = await granted(app)
  const week = 7 * 24 * 3600 - 1
  for (let n = 0; n < 4; n += 1) {
    clock.advance(week)
    ;({ refresh_token } = await refreshed(app, refresh_token))
  }
  clock.advance(30 * 24 * 3600 - 4 * week - 60)
  const last = await refreshed(app, refresh_token)
  assert.equal(last.expires_in, 60)
  clock.advance(60)
  assertFailure(await refresh(app, last.refresh_token), refused)
})

test('a deactivated account is refused with 401, one of an inactive tenant with 403, and both go on afterwards', async () => {
  await query(service, "INSERT INTO tenants (id, name, active) VALUES (9, 'Closing', 1)")
  const { refresh_token, user } = await granted(app, {}, { 'x-tenant-id': '9' })
  const set = (sql: string) => query(service, sql, [user.id])
  await set('UPDATE users SET active = 0 WHERE id = ?')
  assertFailure(await refresh(app, refresh_token), refused)
  await set('UPDATE users SET active = 1 WHERE id = ?')
  await query(service, 'UPDATE tenants SET active = 0 WHERE id = 9')
  assertFailure(await refresh(app, refresh_token), { status: 403, code: 'tenant.forbidden' })
  await query(service, 'UPDATE tenants SET active = 1 WHERE id = 9')
  await refreshed(app, refresh_token)
})
