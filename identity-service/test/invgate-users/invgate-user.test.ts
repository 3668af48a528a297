import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { after, beforeEach, test } from 'node:test'
import type { Fault } from '@werk/invgate-sandbox/control'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { person, post, query, readToken, registered, registeredUsername, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const waitMs = 300
const service = await startIdentityService({
  INVGATE_REGISTER_WAIT_MS: String(waitMs),
  ARMMADA_TIMEOUT_MS: '700',
})
const { app, sandbox } = service
after(() => service.close())
beforeEach(() => sandbox.control.reset())

const usersOf = async (email: string) =>
  (await sandbox.control.users()).filter((user) => user.email === email)
/** Of all people but the API's own user. */
const sandboxEmails = async () =>
  (await sandbox.control.users())
    .map((user) => user.email)
    .filter((email) => email !== 'api@sandbox.invalid')
    .sort()
const pendingJobs = async () => query<object[]>(service, 'SELECT id FROM outbox_jobs')

/** As if the back-off were over. Jobs that a worker holds, for its lease of 60 s, are left alone. */
async function hurry(): Promise<void> {
  const due =
    'UPDATE outbox_jobs SET available_at = NOW(3) WHERE id = ? AND available_at < NOW(3) + INTERVAL 40 SECOND'
  for (const { id } of await query<{ id: number }[]>(service, 'SELECT id FROM outbox_jobs')) {
    await query(service, due, [id])
  }
}

/** The InvGate ids of the accounts, once all have one. */
function idsOnceKnown(emails: string[]): Promise<number[]> {
  return pollUntil('all are known in InvGate', async () => {
    await hurry()
    const rows = await query<{ invgate_id: number | null }[]>(
      service,
      'SELECT invgate_id FROM users WHERE email IN (?) ORDER BY id',
      [emails],
    )
    const ids = rows.map((row) => row.invgate_id).filter((id) => id !== null)
    return ids.length === emails.length ? ids : undefined
  })
}

test('registering creates the user in InvGate, keeps the id, and puts it into this and later tokens', async () => {
  const who = await registered(app, { name: 'Zoë', lastname: "O'Neill \u{1f600}" })
  const [user, ...others] = await usersOf(who.email)
  assert.deepEqual(others, [])
  assert.deepEqual([user?.name, user?.lastname, user?.email], ['Zoë', "O'Neill \u{1f600}", who.email])
  assert.equal(readToken(who.token).claims.invgate_id, user?.id)
  assert.deepEqual(await idsOnceKnown([who.email]), [user?.id])
  const login = await werkLogin(app, who.email, who.password)
  assert.equal(readToken(login.json().token).claims.invgate_id, user?.id)
  assert.deepEqual(await pendingJobs(), [])
})

test('somebody whom InvGate knows already is linked, not made again', async () => {
  const who = person({ email: 'known@example.com' })
  const key = Buffer.from(`${sandbox.username}:${sandbox.password}`).toString('base64')
  await fetch(new URL('user', sandbox.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${key}` },
    body: JSON.stringify({ name: 'K', lastname: 'N', email: who.email }),
  })
  const [known] = await usersOf(who.email)
  const { token } = await registered(app, who)
  assert.equal(readToken(token).claims.invgate_id, known?.id)
  assert.equal((await usersOf(who.email)).length, 1)
})

test('an account without an e-mail is no InvGate user', async () => {
  await registeredUsername(app)
  assert.deepEqual(await pendingJobs(), [])
  assert.deepEqual(await sandbox.control.requests(), [])
})

const outages: Fault[] = [
  { type: 'status', status: 500 },
  { type: 'status', status: 429, retry_after: 1 },
  { type: 'status', status: 401 },
  { type: 'reset' },
  { type: 'hang' },
  { type: 'html' },
  { type: 'error_status', info: 'no licence left' },
]

test('when InvGate fails, in whatever way, registration is 201 all the same and catches up', async () => {
  const people = []
  for (const fault of outages) {
    await sandbox.control.setFaults([{ route: '*', fault }])
    const who = await registered(app)
    assert.equal(readToken(who.token).claims.invgate_id, undefined)
    people.push(who)
  }
  assert.deepEqual(await sandboxEmails(), [])
  await sandbox.control.clearFaults()
  const ids = await idsOnceKnown(people.map(({ email }) => email))
  for (const [n, { email, password }] of people.entries()) {
    assert.deepEqual(
      (await usersOf(email)).map((user) => user.id),
      [ids[n]],
    )
    const login = await werkLogin(app, email, password)
    assert.equal(readToken(login.json().token).claims.invgate_id, ids[n])
  }
})

test('a create that InvGate carried out although its answer failed makes no second user', async () => {
  const people = []
  for (const type of ['hang', 'reset', 'truncate', 'html'] as const) {
    const fault = type === 'truncate' ? { type } : { type, when: 'after' as const }
    await sandbox.control.setFaults([{ route: 'POST user', fault, times: 1 }])
    people.push(await registered(app))
  }
  await idsOnceKnown(people.map(({ email }) => email))
  for (const { email } of people) assert.equal((await usersOf(email)).length, 1)
  const created = (await sandbox.control.requests()).filter(({ route }) => route === 'POST user')
  assert.equal(created.length, people.length, 'each was asked for once')
})

test('registering waits no longer than INVGATE_REGISTER_WAIT_MS', async () => {
  await sandbox.control.setFaults([{ route: '*', fault: { type: 'hang' } }])
  const started = performance.now()
  const { email } = await registered(app)
  const took = performance.now() - started
  assert.ok(took >= waitMs - 20 && took < waitMs + 1500, `${took} ms`)
  await sandbox.control.clearFaults()
  await idsOnceKnown([email])
})

test('two replicas never create the same user twice', async () => {
  const replica = await service.startReplica()
  try {
    await sandbox.control.setFaults([{ route: '*', fault: { type: 'status', status: 503 } }])
    const people = await Promise.all(
      Array.from({ length: 12 }, (_, n) => registered(n % 2 === 0 ? app : replica)),
    )
    await sandbox.control.setFaults([{ route: '*', fault: { type: 'latency', ms: 50 } }])
    await idsOnceKnown(people.map(({ email }) => email))
    assert.deepEqual(await sandboxEmails(), people.map(({ email }) => email).sort())
    const created = (await sandbox.control.requests()).filter(({ route }) => route === 'POST user')
    assert.equal(created.length, people.length, 'each was asked for once')
  } finally {
    await replica.close()
  }
})

test('the password is never sent to InvGate', async () => {
  const bodies: string[] = []
  const recorder = createServer(async (request, response) => {
    bodies.push(`${request.url} ${JSON.stringify(request.headers)} ${await text(request)}`)
    response.setHeader('content-type', 'application/json')
    response.end(request.method === 'POST' ? '{"id": 4711}' : '[]')
  })
  await new Promise<void>((resolve) => recorder.listen(0, '127.0.0.1', resolve))
  const address = recorder.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const recorded = await startIdentityService({
    ARMMADA_BASE_URL: `http://127.0.0.1:${address.port}/api/v1/`,
  })
  try {
    const who = person({ password: 'never-to-be-sent-4711' })
    const answer = await post(recorded.app, '/api/auth/register', who)
    assert.equal(readToken(answer.json().token).claims.invgate_id, 4711)
    assert.ok(bodies.some((body) => body.includes(who.name) && body.includes(who.email)))
    assert.ok(
      bodies.every((body) => !/never-to-be-sent|pass/i.test(body)),
      bodies.join('\n'),
    )
    const sent = bodies.find((body) => body.startsWith('/api/v1/user ')) ?? ''
    assert.deepEqual(JSON.parse(sent.slice(sent.lastIndexOf('{'))), {
      name: who.name,
      lastname: who.lastname,
      email: who.email,
    })
  } finally {
    await recorded.close()
    recorder.closeAllConnections()
    recorder.close()
  }
})
