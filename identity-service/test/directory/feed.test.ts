import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { hashApiKey } from '@werk/shared/auth/api-key'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { authorization, query, readToken, registered } from '../kit/calls.ts'
import { askFeed, internalSecret, readFeed, serviceAuthorization } from '../kit/feed.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService({ INTERNAL_SECRET: internalSecret })
const { app } = service
after(() => service.close())

const end = async () => (await readFeed(app)).cursor
const idOf = (token: string) => Number(readToken(token).claims.uid)

test('nobody but a service reads the feed: no user, no admin, no API key', async () => {
  const { token } = await registered(app)
  for (const url of ['/internal/feed', '/internal/api-key-uses']) {
    const method = url.endsWith('uses') ? 'POST' : 'GET'
    const call = (headers: Record<string, string>) =>
      app.inject({ url, method, headers, ...(method === 'POST' && { payload: { uses: [] } }) })
    assertFailure(await call({}), { status: 401 })
    assertFailure(await call(authorization(token)), { status: 401 })
    assertFailure(await call(authorization('werk_something')), { status: 401 })
  }
  const me = await app.inject({ url: '/auth/me', headers: serviceAuthorization() })
  assertFailure(me, { status: 401 })
})

test('without the secret of the services there is no feed', async (t) => {
  const closed = await startIdentityService()
  t.after(() => closed.close())
  assertFailure(await askFeed(closed.app), { status: 404 })
})

test('a start is refused when users and services share a secret', async () => {
  const { config, sandbox, database } = service
  const main = join(import.meta.dirname, '../../src/main.ts')
  const env = {
    PORT: '0',
    DATABASE_URL: database.url,
    JWT_SECRET: config.JWT_SECRET,
    INTERNAL_SECRET: config.JWT_SECRET,
    ARMMADA_BASE_URL: sandbox.url,
    ARMMADA_USERNAME: sandbox.username,
    ARMMADA_PASSWORD: sandbox.password,
  }
  const started = spawnSync(process.execPath, [main], { env, encoding: 'utf8', timeout: 20_000 })
  assert.equal(started.status, 1)
  assert.match(started.stderr, /INTERNAL_SECRET must not be/)
  assert.equal(started.stderr.includes(config.JWT_SECRET), false)
})

test('the feed tells what is there, page by page and in order', async () => {
  await registered(app)
  const whole = await readFeed(app)
  assert.ok(whole.entries.length >= 2)
  assert.equal(whole.has_more, false)
  const seqs = whole.entries.map(({ seq }) => seq)
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
  )
  let page = await readFeed(app, { limit: 1 })
  const collected = [...page.entries]
  while (page.has_more) {
    page = await readFeed(app, { limit: 1, after: page.cursor, origin: page.origin })
    collected.push(...page.entries)
  }
  assert.deepEqual(collected, whole.entries)
  assert.equal(page.cursor, whole.cursor)
})

test('who waits is told of a change soon, not at the end of the wait', async () => {
  const cursor = await end()
  const answer = readFeed(app, { after: cursor, wait: 20 })
  const { token } = await registered(app)
  const changedAt = performance.now()
  const page = await answer
  assert.ok(performance.now() - changedAt < 1500, 'it would have waited for 20 s')
  assert.deepEqual(
    page.entries.map(({ entity, id }) => [entity, id]),
    [['user', String(idOf(token))]],
  )
})

test('where nothing changes the answer comes after the wait, empty and with the same cursor', async () => {
  const cursor = await end()
  const page = await readFeed(app, { after: cursor, wait: 1 })
  assert.deepEqual([page.cursor, page.entries], [cursor, []])
})

test('a follower of another database, or from after the end, is answered from the beginning', async () => {
  const whole = await readFeed(app)
  const other = await readFeed(app, { after: whole.cursor, origin: 'f'.repeat(64), wait: 20 })
  assert.deepEqual(other, whole)
  const beyond = await readFeed(app, { after: whole.cursor + 1000, origin: whole.origin, wait: 20 })
  assert.deepEqual(beyond, whole)
})

test('what was forgotten as out of date is passed over, not asked for again and again', async () => {
  const cursor = await end()
  const { token } = await registered(app)
  await query(service, "DELETE FROM feed_entries WHERE entity = 'user' AND entity_id = ?", [idOf(token)])
  const page = await readFeed(app, { after: cursor, wait: 20 })
  assert.deepEqual(page.entries, [])
  assert.ok(page.cursor > cursor)
})

test('a shutdown does not wait for who waits', async () => {
  const replica = await service.startReplica()
  const origin = await replica.listen({ port: 0, host: '127.0.0.1' })
  const cursor = await end()
  const asked = fetch(`${origin}/internal/feed?after=${cursor}&wait=25`, { headers: serviceAuthorization() })
  await fetch(`${origin}/health`)
  const started = performance.now()
  const [answer] = await Promise.all([asked, replica.close()])
  assert.equal(answer.status, 200)
  assert.ok(performance.now() - started < 3000)
})

test('rows that came past the service are published at start, once, by however many replicas', async () => {
  const cursor = await end()
  await query(service, "INSERT INTO tenants (id, name) VALUES (41, 'Imported')")
  await query(service, "INSERT INTO teams (tenant_id, name) VALUES (41, 'Imported team')")
  for (let n = 0; n < 150; n += 1) {
    await query(
      service,
      "INSERT INTO users (name, last_name, email, password, tenant_id) VALUES ('Old', 'Hand', ?, 'x', 41)",
      [`import.${n}@example.com`],
    )
  }
  // One that can get no login name, because it is another's but for case.
  await query(
    service,
    "INSERT INTO users (name, last_name, email, password, tenant_id) VALUES ('Old', 'Twin', 'IMPORT.0@example.com', 'x', 41)",
  )
  const replicas = await Promise.all([service.startReplica(), service.startReplica()])
  await Promise.all(replicas.map((replica) => replica.close()))
  const { entries } = await readFeed(app, { after: cursor })
  const ofKind = (kind: string) => entries.filter(({ entity }) => entity === kind)
  assert.deepEqual([ofKind('tenant').length, ofKind('team').length, ofKind('user').length], [1, 1, 151])
  const before = await end()
  const replica = await service.startReplica()
  await replica.close()
  assert.equal(await end(), before, 'a further start publishes nothing')
})

test('of two replicas that start at once, one publishes what is older than the feed', async () => {
  const told = await query<{ affectedRows: number }>(
    service,
    "DELETE FROM feed_entries WHERE entity = 'user'",
  )
  assert.ok(told.affectedRows > 150)
  const before = await end()
  const replicas = await Promise.all([service.startReplica(), service.startReplica()])
  await Promise.all(replicas.map((replica) => replica.close()))
  assert.equal(await end(), before + told.affectedRows, 'each of them once')
})

test('a reported use of an API key is written down, only forward', async () => {
  const { token } = await registered(app)
  const inserted = await query<{ insertId: number }>(
    service,
    `INSERT INTO api_keys (user_id, name, prefix, hash, scopes, created_at, expires_at)
      VALUES (?, 'robot', 'werk_abc', ?, 'tickets:read', NOW(3), NOW(3) + INTERVAL 1 DAY)`,
    [idOf(token), hashApiKey('werk_reported')],
  )
  const report = async (at: string) => {
    const payload = { uses: [{ id: inserted.insertId, at }] }
    const headers = serviceAuthorization()
    const answer = await app.inject({ method: 'POST', url: '/internal/api-key-uses', payload, headers })
    assert.equal(answer.statusCode, 204, answer.body)
    const [row] = await query<{ last_used_at: Date | null }[]>(
      service,
      'SELECT last_used_at FROM api_keys WHERE id = ?',
      [inserted.insertId],
    )
    return row?.last_used_at?.toISOString()
  }
  assert.equal(await report('2026-01-02T03:04:05.678Z'), '2026-01-02T03:04:05.678Z')
  assert.equal(await report('2026-01-01T00:00:00Z'), '2026-01-02T03:04:05.678Z')
  assert.equal(await report('2026-01-03T00:00:00Z'), '2026-01-03T00:00:00.000Z')
  const future = await report('2999-01-01T00:00:00Z')
  assert.ok(future !== undefined && Date.parse(future) <= Date.now())
})
