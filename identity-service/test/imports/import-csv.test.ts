import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import bcrypt from 'bcryptjs'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'
import { person, post, query, werkLogin } from '../kit/calls.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type Failed = { line: number; column: string | null; reason: string }
type Imported = { imported: number; skipped: number; renumbered: number; failed: Failed[] }

const password = 'from the older table'
const hash = await bcrypt.hash(password, 4)
const header = 'name,last_name,email,password,created_at'
const row = (email: string, rest: Partial<Record<'name' | 'password' | 'created_at', string>> = {}) =>
  `${rest.name ?? 'Old'},Hand,${email},${rest.password ?? hash},${rest.created_at ?? '2020-01-02 03:04:05'}`
const send = (
  body: string,
  { skip = false, token = operator.token, tenant }: { skip?: boolean; token?: string; tenant?: number } = {},
) =>
  ask(app, token, 'POST', `/admin/users/import${skip ? '?skip_invalid=true' : ''}`, {
    body,
    headers: { 'content-type': 'text/csv' },
    ...(tenant !== undefined && { tenant }),
  })
const none = { imported: 0, skipped: 0, renumbered: 0, failed: [] }

test('every variant of bcrypt logs in after the import, in any case of the e-mail', async () => {
  const variants = ['2a', '2b', '2y']
  const rows = variants.map((variant) =>
    row(`Old.${variant}@example.com`, { password: hash.replace('$2b$', `$${variant}$`) }),
  )
  const answer = await send([header, ...rows, ''].join('\r\n'))
  assert.deepEqual(dataOf<Imported>(answer), { ...none, imported: 3 })
  for (const variant of variants) {
    const login = await werkLogin(app, `old.${variant}@EXAMPLE.com`, password)
    assert.equal(login.statusCode, 200, login.body)
    const { token, ...rest } = login.json()
    assert.deepEqual(rest, { name: 'Old', lastname: 'Hand', email: `Old.${variant}@example.com` })
  }
  const [kept] = await query<{ created_at: Date; role: string; tenant_id: number }[]>(
    service,
    "SELECT created_at, role, tenant_id FROM users WHERE email = 'Old.2a@example.com'",
  )
  assert.deepEqual(
    [kept?.created_at.toISOString(), kept?.role, kept?.tenant_id],
    ['2020-01-02T03:04:05.000Z', 'user', 1],
  )
  const taken = await post(app, '/api/auth/register', person({ email: 'OLD.2a@example.com' }))
  assertFailure(taken, { status: 409 })
})

test('the same file again imports nothing', async () => {
  const file = [header, row('again.1@example.com'), row('again.2@example.com')].join('\n')
  assert.deepEqual(dataOf<Imported>(await send(file)), { ...none, imported: 2 })
  assert.deepEqual(dataOf<Imported>(await send(file)), { ...none, skipped: 2 })
  const other = [header, row('AGAIN.1@example.com'), row('again.3@example.com')].join('\n')
  assert.deepEqual(dataOf<Imported>(await send(other)), { ...none, imported: 1, skipped: 1 })
})

const bad = [
  header,
  row('good.1@example.com'),
  row('nobody'),
  row('cost@example.com', { password: hash.replace('$04$', '$31$') }),
  row('plain@example.com', { password: 'plain text' }),
  row('long@example.com', { name: 'x'.repeat(101) }),
  row('day@example.com', { created_at: '2020-02-30 00:00:00' }),
  'too,few',
  row('GOOD.1@example.com'),
  row('good.2@example.com', { name: '"with, comma and ""quotes"""', created_at: '' }),
].join('\n')
const wrong = [
  [3, 'email'],
  [4, 'password'],
  [5, 'password'],
  [6, 'name'],
  [7, 'created_at'],
  [8, null],
  [9, 'email'],
]

test('one bad row and nothing is imported; every bad row is named with line, column and reason', async () => {
  const failure = assertFailure(await send(bad), { status: 400, code: 'import.invalid' })
  const { failed, ...counts } = failure.data as Imported
  assert.deepEqual(counts, { imported: 0, skipped: 0, renumbered: 0 })
  assert.deepEqual(
    failed.map(({ line, column }) => [line, column]),
    wrong,
  )
  assert.ok(failed.every(({ reason }) => reason.length > 5 && !reason.includes(hash)))
  assert.deepEqual(await query(service, "SELECT id FROM users WHERE email LIKE 'good%'"), [])
})

test('with skip_invalid the good rows are imported and the bad ones named', async () => {
  const { failed, ...counts } = dataOf<Imported>(await send(bad, { skip: true }))
  assert.deepEqual(counts, { imported: 2, skipped: 0, renumbered: 0 })
  assert.deepEqual(
    failed.map(({ line, column }) => [line, column]),
    wrong,
  )
  const [quoted] = await query<{ name: string }[]>(
    service,
    "SELECT name FROM users WHERE email = 'good.2@example.com'",
  )
  assert.equal(quoted?.name, 'with, comma and "quotes"')
})

test('ids are kept where they are free, for operators alone', async () => {
  const rows = ['70001,', '1,', '70003,', '70003,', '70002,', ','].map(
    (id, n) => id + row(`id.${n}@example.com`),
  )
  const file = [`id,${header}`, ...rows].join('\n')
  assert.deepEqual(dataOf<Imported>(await send(file)), { ...none, imported: 6, renumbered: 3 })
  const ids = await query<{ id: number }[]>(
    service,
    "SELECT id FROM users WHERE email LIKE 'id._@%' ORDER BY email",
  )
  assert.deepEqual([ids[0]?.id, ids[4]?.id], [70001, 70002], 'kept, though an earlier row needs a new one')
  assert.ok(ids.every(({ id }) => id > 70_000))

  const tenant = await makeTenant()
  const { token } = await makeUser('admin', tenant)
  const theirs = [`id,${header}`, `80001,${row('theirs@example.com')}`].join('\n')
  assert.deepEqual(dataOf<Imported>(await send(theirs, { token })), { ...none, imported: 1, renumbered: 1 })
  const [row1] = await query<{ tenant_id: number }[]>(
    service,
    "SELECT tenant_id FROM users WHERE email = 'theirs@example.com' AND id <> 80001",
  )
  assert.equal(row1?.tenant_id, tenant)
  assertFailure(await send([`id,${header}`, `9007199254740991,${row('huge@example.com')}`].join('\n')), {
    status: 400,
    code: 'import.invalid',
  })
})

test('the feed tells of every imported account, the audit of the import, InvGate is asked for each', async () => {
  const emails = Array.from({ length: 230 }, (_, n) => `bulk.${n}@example.com`)
  const file = [header, ...emails.map((email) => row(email))].join('\n')
  assert.deepEqual(dataOf<Imported>(await send(file)), { ...none, imported: 230 })
  const [counted] = await query<{ told: number; named: number }[]>(
    service,
    `SELECT COUNT(f.seq) AS told, COUNT(n.name) AS named FROM users u
      LEFT JOIN feed_entries f ON f.entity = 'user' AND f.entity_id = u.id
      LEFT JOIN login_names n ON n.user_id = u.id WHERE u.email LIKE 'bulk.%'`,
  )
  assert.deepEqual(counted, { told: 230, named: 230 })
  const audit = await ask(app, operator.token, 'GET', '/admin/audit?action=accounts.imported')
  const [newest] = dataOf<{ actor: string; details: { users: number[] } }[]>(audit)
  assert.deepEqual([newest?.actor, newest?.details.users.length], [operator.email, 30])
  const [jobs] = await query<{ count: number }[]>(
    service,
    `SELECT COUNT(*) AS count FROM users u LEFT JOIN outbox_jobs j ON j.subject = u.id AND j.kind = 'invgate.user'
      WHERE u.email LIKE 'bulk.%' AND (j.id IS NOT NULL OR u.invgate_id IS NOT NULL)`,
  )
  assert.equal(jobs?.count, 230)
})

test('two imports of the same file at once make each account once', async () => {
  const file = [header, ...Array.from({ length: 60 }, (_, n) => row(`race.${n}@example.com`))].join('\n')
  const both = await Promise.all([send(file), send(file)])
  const sum = both.map((answer) => dataOf<Imported>(answer))
  assert.deepEqual(
    sum.map(({ imported, skipped }) => imported + skipped),
    [60, 60],
  )
  const [counted] = await query<{ count: number }[]>(
    service,
    "SELECT COUNT(*) AS count FROM users WHERE email LIKE 'race.%'",
  )
  assert.equal(counted?.count, 60)
})

test('what is no such file is refused', async () => {
  for (const file of [
    '',
    'name,email\nx,y',
    `${header},admin\n`,
    `${header},email\n`,
    `${header}\n"open`,
    `${header}\n${'x'.repeat(20_000)}`,
  ])
    assertFailure(await send(file), { status: 400, code: 'import.malformed' })
  const headers = { 'content-type': 'application/json' }
  assertFailure(await ask(app, operator.token, 'POST', '/admin/users/import', { body: '{}', headers }), {
    status: 415,
  })
  assertFailure(await send([header, ...Array.from({ length: 10_001 }, () => 'x')].join('\n')), {
    status: 413,
  })
  assertFailure(await send('x'.repeat(4 * 1024 * 1024 + 1)), { status: 413 })
  const latin1 = Buffer.from(`${header}\n${row('é@example.com')}`, 'latin1')
  const answer = await app.inject({
    method: 'POST',
    url: '/admin/users/import',
    payload: latin1,
    headers: { authorization: `Bearer ${operator.token}`, 'content-type': 'text/csv; charset=utf-8' },
  })
  assertFailure(answer, { status: 400, code: 'import.malformed' })
})
