import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { apiScopes } from '@werk/shared/auth/api-key'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { authorization, post, query, readToken, registered } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'
import { createTestClock, get } from '../kit/sessions.ts'

const clock = createTestClock()
const service = await startIdentityService({}, { clock })
const { app } = service
after(() => service.close())

const path = '/api/v1/auth/api-keys'
const day = 24 * 60 * 60 * 1000
type Key = {
  id: number
  name: string
  key: string
  prefix: string
  scopes: string[]
  created_at: string
  expires_at: string
  last_used_at: string | null
}

const request = (token: string, wanted: object = {}, headers: Record<string, string> = {}) =>
  post(
    app,
    path,
    { name: 'the gate', scopes: ['accounts:read'], ...wanted },
    { ...authorization(token), ...headers },
  )
async function made(token: string, wanted: object = {}): Promise<Key> {
  const answer = await request(token, wanted)
  assert.equal(answer.statusCode, 201, answer.body)
  return answer.json().data
}
const list = async (token: string): Promise<Key[]> => (await get(app, path, token)).json().data
const revoke = (token: string, id: number) =>
  app.inject({ method: 'DELETE', url: `${path}/${id}`, headers: authorization(token) })
const me = (key: string) => get(app, '/api/v1/auth/me', key)
const refusedKey = { status: 401, code: 'token.unauthenticated', error: 'invalid token' }
const feedOf = async (id: number) => {
  const [row] = await query<{ payload: string | null }[]>(
    service,
    "SELECT payload FROM feed_entries WHERE entity = 'api_key' AND entity_id = ?",
    [String(id)],
  )
  return row?.payload === undefined || row.payload === null ? row?.payload : JSON.parse(row.payload)
}

test('a key is shown once, lives 90 days unless told otherwise, and only its SHA-256 is kept', async () => {
  const { token } = await registered(app)
  const { key, ...shown } = await made(token)
  assert.match(key, /^werk_[\w-]{43}$/)
  assert.equal(shown.prefix, key.slice(0, 11))
  assert.equal(Date.parse(shown.expires_at) - Date.parse(shown.created_at), 90 * day)
  assert.deepEqual(await list(token), [shown])
  const { expires_at, created_at } = await made(token, { expires_in_days: 365 })
  assert.equal(Date.parse(expires_at) - Date.parse(created_at), 365 * day)

  const rows = await query<object[]>(service, 'SELECT * FROM api_keys')
  const audit = await query<object[]>(service, 'SELECT * FROM audit_entries')
  assert.equal((JSON.stringify([rows, audit]) + service.logLines.join('')).includes(key), false)
})

test('what is no sensible key is refused by field', async () => {
  const { token } = await registered(app)
  const wrong: [object, string][] = [
    [{ name: '' }, 'name'],
    [{ name: '  ' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ scopes: [] }, 'scopes'],
    [{ scopes: ['tickets:read', 'tickets:read'] }, 'scopes'],
    [{ scopes: ['everything'] }, 'scopes.0'],
    [{ expires_in_days: 0 }, 'expires_in_days'],
    [{ expires_in_days: 366 }, 'expires_in_days'],
  ]
  for (const [wanted, field] of wrong) {
    const { errors } = assertFailure(await request(token, wanted), { status: 400 })
    assert.deepEqual(Object.keys(errors ?? {}), [field], JSON.stringify(wanted))
  }
  assert.deepEqual(await list(token), [])
})

test('a key speaks for its owner', async () => {
  const { token, email } = await registered(app)
  const { key } = await made(token)
  const answer = await me(key)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().data.email, email)
})

test('a key without the scope may not, whatever else it may', async () => {
  const { token } = await registered(app)
  const { key } = await made(token, { scopes: apiScopes.filter((scope) => scope !== 'accounts:read') })
  assertFailure(await me(key), {
    status: 403,
    code: 'api_key.forbidden',
    error: 'this API key lacks the scope accounts:read',
  })
})

test('no key changes anything here, of whichever scopes and role, on any route that asks who calls', async () => {
  const { token } = await registered(app)
  const { key } = await made(token, { scopes: [...apiScopes] })
  await query(service, "UPDATE users SET role = 'admin' WHERE id = ?", [readToken(token).claims.uid])
  type Operation = { security?: object[] }
  const { paths } = (await app.inject({ url: '/openapi.json' })).json() as {
    paths: Record<string, Record<string, Operation>>
  }
  const writes = Object.entries(paths).flatMap(([route, operations]) =>
    Object.entries(operations)
      .filter(([method, { security }]) => method !== 'get' && security !== undefined)
      // A log-out asks nobody who calls; a key has no session that it could end.
      .filter(() => !route.endsWith('/logout'))
      .map(([method]) => ({ method: method.toUpperCase(), url: route.replaceAll(/\{\w+\}/g, '1') })),
  )
  assert.ok(writes.some(({ method, url }) => method === 'DELETE' && url === `${path}/1`))
  const reads = [path, '/api/v1/auth/second-factor', '/api/v1/auth/sessions', '/auth/me']
  for (const call of [...writes, ...reads.map((url) => ({ method: 'GET', url }))]) {
    const { method, url } = call as { method: 'GET'; url: string }
    const answer = await app.inject({ method, url, headers: authorization(key) })
    assert.equal(answer.statusCode, 403, `${method} ${url}: ${answer.body}`)
    assert.equal(answer.json().code, 'api_key.forbidden')
  }
})

test('a revoked, expired or made-up key, and one of a deactivated owner, is refused alike', async () => {
  const { token } = await registered(app)
  const [revoked, expired, orphan] = [await made(token), await made(token), await made(token)]
  assert.equal((await me(revoked.key)).statusCode, 200)
  assert.equal((await revoke(token, revoked.id)).statusCode, 200)
  assertFailure(await me(revoked.key), refusedKey)
  await query(service, 'UPDATE api_keys SET expires_at = NOW(3) WHERE id = ?', [expired.id])
  assertFailure(await me(expired.key), refusedKey)
  for (const key of [`${orphan.key.slice(0, -1)}~`, 'werk_', `${orphan.key}x`, orphan.key.toLowerCase()])
    assertFailure(await me(key), refusedKey)
  assert.equal((await me(orphan.key)).statusCode, 200)
  await query(service, 'UPDATE users SET active = 0 WHERE id = ?', [readToken(token).claims.uid])
  assertFailure(await me(orphan.key), refusedKey)
})

test("another's key is as one that does not exist", async () => {
  const [owner, other] = [await registered(app), await registered(app)]
  const { id, key } = await made(owner.token)
  const missing = { status: 404, code: 'api_key.not_found' }
  const [foreign, unknown] = [await revoke(other.token, id), await revoke(other.token, 999_999)]
  assert.equal(assertFailure(foreign, missing).error, assertFailure(unknown, missing).error)
  assert.deepEqual(await list(other.token), [])
  assert.equal((await me(key)).statusCode, 200)
  await revoke(owner.token, id)
  assertFailure(await revoke(owner.token, id), missing)
  assert.deepEqual(await list(owner.token), [])
})

test('the feed tells of a key and of its end, and the audit of both', async () => {
  const { token } = await registered(app)
  const { id, key, expires_at } = await made(token, { scopes: ['tickets:read', 'tickets:write'] })
  const uid = readToken(token).claims.uid
  assert.deepEqual(await feedOf(id), {
    id,
    user_id: uid,
    hash: createHash('sha256').update(key).digest('hex'),
    scopes: ['tickets:read', 'tickets:write'],
    expires_at,
  })
  await revoke(token, id)
  assert.equal(await feedOf(id), null)
  const audit = await query<{ action: string }[]>(
    service,
    "SELECT action FROM audit_entries WHERE subject = ? AND action LIKE 'api_key.%' ORDER BY seq",
    [`user:${uid}`],
  )
  assert.deepEqual(
    audit.map(({ action }) => action),
    ['api_key.made', 'api_key.revoked'],
  )
})

test('the last use is shown, written at most once a minute', async () => {
  const { token } = await registered(app)
  const { id, key } = await made(token)
  const used = async () => (await list(token)).find((one) => one.id === id)?.last_used_at ?? null
  assert.equal(await used(), null)
  await me(key)
  const first = await used()
  assert.ok(Math.abs(Date.now() - Date.parse(String(first))) < 60_000)
  await me(key)
  assert.equal(await used(), first)
  await query(service, 'UPDATE api_keys SET last_used_at = last_used_at - INTERVAL 61 SECOND WHERE id = ?', [
    id,
  ])
  await me(key)
  assert.ok(Date.parse(String(await used())) >= Date.parse(String(first)))
})

test('a repeated request is answered with the same key to the byte, and makes one', async () => {
  const { token } = await registered(app)
  const key = { 'idempotency-key': randomUUID() }
  const answers = await Promise.all(Array.from({ length: 10 }, () => request(token, {}, key)))
  const made = answers.filter(({ statusCode }) => statusCode === 201)
  assert.ok(made.length > 0)
  for (const answer of answers.filter((one) => !made.includes(one)))
    assertFailure(answer, { status: 409, code: 'idempotency.conflict' })
  const again = await request(token, {}, key)
  assert.equal(new Set([...made, again].map(({ body }) => body)).size, 1)
  assert.equal((await list(token)).length, 1)
  assertFailure(await request(token, { name: 'another' }, key), {
    status: 422,
    code: 'idempotency.mismatch',
  })
  const stored = await query<{ body: Buffer }[]>(service, 'SELECT body FROM idempotency_keys')
  const secret = String(again.json().data.key)
  assert.ok(stored.every(({ body }) => !body.includes(secret)))
})

test('the answer that shows a key again takes a recent proof as well', async () => {
  const { token } = await registered(app)
  const key = { 'idempotency-key': randomUUID() }
  assert.equal((await request(token, {}, key)).statusCode, 201)
  clock.advance(10 * 60 + 1)
  assertFailure(await request(token, {}, key), { status: 403, code: 'proof.forbidden' })
})

test('a process that died before it answered leaves one key, and the next try is shown a new secret for it', async () => {
  const { token } = await registered(app)
  const key = { 'idempotency-key': randomUUID() }
  const lost = (await request(token, {}, key)).json().data as Key
  await query(
    service,
    'UPDATE idempotency_keys SET status = NULL, content_type = NULL, body = NULL, locked_until = NOW(3) - INTERVAL 1 SECOND',
  )
  const healed = await request(token, {}, key)
  assert.equal(healed.statusCode, 201, healed.body)
  const again = healed.json().data as Key
  assert.equal(again.id, lost.id)
  assert.notEqual(again.key, lost.key)
  assertFailure(await me(lost.key), refusedKey)
  assert.equal((await me(again.key)).statusCode, 200)
  assert.equal((await feedOf(again.id)).hash, createHash('sha256').update(again.key).digest('hex'))
  assert.equal((await list(token)).length, 1)
})

test('an account has 50 keys at most, however many are asked for at once', async () => {
  const { token } = await registered(app)
  const uid = readToken(token).claims.uid
  await query(
    service,
    `INSERT INTO api_keys (user_id, name, prefix, hash, scopes, created_at, expires_at)
      SELECT ?, 'old', 'werk_x', SHA2(CONCAT(?, seq.n), 256), 'tickets:read', NOW(3), NOW(3)
      FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 47) SELECT n FROM s) seq`,
    [uid, `account ${uid} `],
  )
  const answers = await Promise.all(Array.from({ length: 6 }, () => request(token)))
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 201, 201, 409, 409, 409])
  const refused = answers.find(({ statusCode }) => statusCode === 409)
  assert.ok(refused)
  assertFailure(refused, { status: 409, code: 'api_key.conflict' })
  const [first] = await list(token)
  await revoke(token, Number(first?.id))
  assert.equal((await request(token)).statusCode, 201)
})

test('a token of nobody who has an account here has no keys', async () => {
  const headers = bearer({ sub: 'elsewhere@example.com' })
  assertFailure(await app.inject({ url: path, headers }), { status: 401, code: 'token.unauthenticated' })
})
