import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, test } from 'node:test'
import { createPool } from '@werk/shared/database/pool'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { person, post, query, readToken } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService({ INVGATE_REGISTER_WAIT_MS: '5000' })
const { app, sandbox } = service
after(() => service.close())

type Headers = Record<string, string>
const register = (payload: object, key: string, headers: Headers = {}, on = app) =>
  post(on, '/api/auth/register', payload, { 'idempotency-key': key, ...headers })
const registerGate = (payload: object, key: string, headers: Headers = {}) =>
  post(app, '/auth/register', payload, { 'idempotency-key': key, ...headers })
const gate = () => ({
  username: `gate-${randomUUID()}`,
  password: 'a long enough password',
  role: 'committee',
})

const accountsOf = (email: string) =>
  query<object[]>(service, 'SELECT id FROM users WHERE email = ?', [email])
const usersOf = async (email: string) =>
  (await sandbox.control.users()).filter((user) => user.email === email)
/** What a process leaves that dies after the account was written, and whose lease is over. */
const forgetAnswers = () =>
  query(
    service,
    'UPDATE idempotency_keys SET status = NULL, content_type = NULL, body = NULL, locked_until = NOW(3) - INTERVAL 1 SECOND',
  )

test('100 registrations at once under one key make one account and one InvGate user', async () => {
  const [who, key] = [person(), randomUUID()]
  const answers = await Promise.all(Array.from({ length: 100 }, () => register(who, key)))
  const made = answers.filter(({ statusCode }) => statusCode === 201)
  assert.ok(made.length >= 1)
  assert.equal(new Set(made.map(({ body }) => body)).size, 1, 'all who are told of it are told the same')
  assert.equal(made.filter(({ headers }) => headers['idempotency-replayed'] === undefined).length, 1)
  for (const answer of answers.filter((one) => !made.includes(one))) {
    assertFailure(answer, { status: 409, code: 'idempotency.conflict' })
    assert.match(String(answer.headers['retry-after']), /^[12]$/)
  }
  assert.equal((await accountsOf(who.email)).length, 1)
  assert.equal((await usersOf(who.email)).length, 1)
})

test('a repeated registration is answered to the byte, and says that it is a repetition', async () => {
  const [who, key] = [person({ name: 'Zoë "Ω" 🎟' }), randomUUID()]
  const first = await register(who, key)
  assert.equal(first.statusCode, 201)
  assert.equal(first.headers['idempotency-replayed'], undefined)
  for (const spelling of [key, `"${key}"`]) {
    const again = await register(Object.fromEntries(Object.entries(who).reverse()), spelling)
    assert.equal(again.statusCode, 201)
    assert.deepEqual(again.rawPayload, first.rawPayload)
    assert.equal(again.headers['content-type'], first.headers['content-type'])
    assert.equal(again.headers['idempotency-replayed'], 'true')
  }
})

test('another replica repeats the answer', async (t) => {
  const replica = await service.startReplica()
  t.after(() => replica.close())
  const [who, key] = [person(), randomUUID()]
  const first = await register(who, key)
  const again = await register(who, key, {}, replica)
  assert.deepEqual([again.statusCode, again.body], [201, first.body])
  assert.equal(again.headers['idempotency-replayed'], 'true')
})

test('TixGo repeats with its own status and body', async () => {
  const [crew, key] = [gate(), randomUUID()]
  const first = await registerGate(crew, key)
  const again = await registerGate(crew, key)
  assert.deepEqual([first.statusCode, again.statusCode], [200, 200])
  assert.deepEqual(again.rawPayload, first.rawPayload)
  assert.equal(again.headers['idempotency-replayed'], 'true')
})

test('another body under the key is 422, and makes nothing', async () => {
  const [who, key] = [person(), randomUUID()]
  await register(who, key)
  for (const changed of [{ ...who, password: `${who.password}!` }, person()]) {
    assertFailure(await register(changed, key), { status: 422, code: 'idempotency.mismatch' })
  }
})

test('another tenant, route or caller has keys of its own', async () => {
  await query(service, 'INSERT IGNORE INTO tenants (id, name) VALUES (7, "Seven")')
  const key = randomUUID()
  assert.equal((await register(person(), key)).statusCode, 201)
  assert.equal((await register(person(), key, { 'x-tenant-id': '7' })).statusCode, 201)
  assert.equal((await registerGate(gate(), key)).statusCode, 200)
  for (const sub of ['one@example.com', 'two@example.com', 'anonymous']) {
    const answer = await registerGate(gate(), key, bearer({ sub, role: 'admin' }))
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.headers['idempotency-replayed'], undefined)
  }
})

test('a refused registration leaves its key free for another try', async () => {
  const [who, key] = [person(), randomUUID()]
  await register(who, randomUUID())
  assertFailure(await register(who, key), { status: 409, code: 'account.taken' })
  assertFailure(await register({ ...who, email: 'none' }, key), { status: 400, code: 'account.invalid' })
  assert.equal((await register(person(), key)).statusCode, 201)
})

test('what is no key is refused before anything is done', async () => {
  const who = person()
  assertFailure(await register(who, 'two words'), { status: 400, code: 'idempotency.invalid' })
  assert.deepEqual(await accountsOf(who.email), [])
})

test('without a key nothing is repeated and nothing is kept', async () => {
  const who = person()
  await query(service, 'DELETE FROM idempotency_keys')
  assert.equal((await post(app, '/api/auth/register', who)).statusCode, 201)
  assertFailure(await post(app, '/api/auth/register', who), { status: 409, code: 'account.taken' })
  assert.deepEqual(await query(service, 'SELECT id FROM idempotency_keys'), [])
})

test('a process that died before it answered leaves an account, and the next try answers for it', async () => {
  const [who, key] = [person(), randomUUID()]
  const lost = await register(who, key)
  await forgetAnswers()
  const healed = await register(who, key)
  assert.equal(healed.statusCode, 201, healed.body)
  assert.equal(healed.headers['idempotency-replayed'], undefined)
  const uids = [lost, healed].map((answer) => readToken(String(answer.json().token)).claims.uid)
  assert.equal(uids[0], uids[1])
  assert.notEqual(healed.json().token, lost.json().token)
  assert.equal((await accountsOf(who.email)).length, 1)
  assert.equal((await register(who, key)).body, healed.body)
})

test('a process that died before it had an effect leaves nothing, and the next try runs', async () => {
  const [who, key] = [person(), randomUUID()]
  await register(who, key)
  await query(service, 'DELETE FROM users WHERE email = ?', [who.email])
  await forgetAnswers()
  await query(service, 'UPDATE idempotency_keys SET resource = NULL')
  const second = await register(who, key)
  assert.equal(second.statusCode, 201, second.body)
  assert.equal((await accountsOf(who.email)).length, 1)
})

test('a try that was taken for dead and is not makes no second account and gives no second answer', async (t) => {
  t.after(() => sandbox.control.clearFaults())
  await sandbox.control.setFaults([{ route: '*', fault: { type: 'latency', ms: 700 } }])
  const [who, key] = [person(), randomUUID()]
  const slow = register(who, key)
  await pollUntil('the account exists', async () =>
    (await accountsOf(who.email)).length === 1 ? true : undefined,
  )
  await query(
    service,
    'UPDATE idempotency_keys SET locked_until = NOW(3) - INTERVAL 1 SECOND WHERE status IS NULL',
  )
  const answers = await Promise.all([slow, register(who, key)])
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 409])
  for (const answer of answers) {
    if (answer.statusCode === 409) assertFailure(answer, { status: 409, code: 'idempotency.conflict' })
    else assert.equal((await register(who, key)).body, answer.body)
  }
  assert.equal((await accountsOf(who.email)).length, 1)
  assert.equal((await usersOf(who.email)).length, 1)
})

test('of two tries that were both at work one makes the account, and the other does not call it taken', async (t) => {
  const pool = createPool(service.config)
  t.after(() => pool.end())
  const [who, key] = [person(), randomUUID()]
  const blocker = await pool.getConnection()
  await blocker.beginTransaction()
  await blocker.query("INSERT INTO users (email, password) VALUES (?, '')", [who.email])
  await query(service, 'DELETE FROM idempotency_keys')
  const asked = (times: number) =>
    pollUntil(`the key is asked for ${times} times`, async () => {
      const [row] = await query<{ asked: number }[]>(service, 'SELECT asked FROM idempotency_keys')
      return row?.asked === times ? true : undefined
    })
  const first = register(who, key)
  await asked(1)
  await query(service, 'UPDATE idempotency_keys SET locked_until = NOW(3) - INTERVAL 1 SECOND')
  const second = register(who, key)
  await asked(2)
  await blocker.rollback()
  await blocker.release()

  const answers = await Promise.all([first, second])
  const [made, refused] = answers.sort((a, b) => a.statusCode - b.statusCode)
  assert.equal(made?.statusCode, 201, made?.body)
  assert.ok(refused)
  assertFailure(refused, { status: 409, code: 'idempotency.conflict' })
  assert.equal((await register(who, key)).body, made?.body)
  assert.equal((await accountsOf(who.email)).length, 1)
})
