import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import bcrypt from 'bcryptjs'
import { person, post, query, readToken, tixgoLogin, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const service = await startIdentityService()
const { app } = service
after(() => service.close())

/** A row as the older Werk table had it: its columns and no other. */
async function importRow(email: string, hash: string): Promise<void> {
  await query(
    service,
    "INSERT INTO users (name, last_name, email, password, created_at) VALUES ('Old', 'Hand', ?, ?, '2020-01-02 03:04:05')",
    [email, hash],
  )
}

async function storedHash(email: string): Promise<string> {
  const [row] = await query<{ password: string }[]>(service, 'SELECT password FROM users WHERE email = ?', [
    email,
  ])
  return row?.password ?? ''
}

for (const variant of ['2a', '2b', '2y']) {
  test(`a plain bcrypt hash $${variant}$ logs in, is renewed, and logs in again`, async () => {
    const [email, password] = [`old.${variant}@example.com`, 'from the older table']
    const hash = (await bcrypt.hash(password, 5)).replace(/^\$2b\$/, `$${variant}$`)
    await importRow(email, hash)
    assertFailure(await werkLogin(app, email, 'wrong'), { status: 401, error: 'invalid email or password' })
    assert.equal(await storedHash(email), hash, 'a wrong password renews nothing')

    const first = await werkLogin(app, email, password)
    assert.equal(first.statusCode, 200, first.body)
    const { token, ...rest } = first.json()
    assert.deepEqual(rest, { name: 'Old', lastname: 'Hand', email })
    const { claims } = readToken(token)
    assert.deepEqual([claims.role, claims.tenant_id, claims.sub], ['user', 1, email])
    const renewed = await storedHash(email)
    assert.match(renewed, /^sha384\$2b\$04\$/)

    assert.equal((await werkLogin(app, email, password)).statusCode, 200)
    assert.equal(await storedHash(email), renewed, 'once is enough')
    assert.equal((await tixgoLogin(app, email, password)).statusCode, 200)
    assertFailure(await werkLogin(app, email, 'wrong'), { status: 401 })
  })
}

test('many log-ins at once renew an imported hash without losing the account', async () => {
  const [email, password] = ['old.race@example.com', 'from the older table']
  await importRow(email, await bcrypt.hash(password, 4))
  const answers = await Promise.all(Array.from({ length: 8 }, () => werkLogin(app, email, password)))
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    Array.from({ length: 8 }, () => 200),
  )
  assert.equal((await werkLogin(app, email, password)).statusCode, 200)
})

test('a stored hash that is none lets nobody in and is no fault of ours', async () => {
  for (const [n, hash] of [
    '',
    'plain text',
    '$2y$10$short',
    '$1$abc$def',
    'sha384',
    'sha384$2b$',
  ].entries()) {
    await importRow(`broken.${n}@example.com`, hash)
    assertFailure(await werkLogin(app, `broken.${n}@example.com`, hash === '' ? 'x' : hash), { status: 401 })
  }
})

test('a start gives imported accounts their login names: any case logs in, and the e-mail is taken', async () => {
  const password = 'from the older table'
  await importRow('Mixed.Case@Example.com', await bcrypt.hash(password, 4))
  const replica = await service.startReplica()
  try {
    const answer = await werkLogin(replica, 'mixed.case@example.COM', password)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.json().email, 'Mixed.Case@Example.com')
    const taken = await post(replica, '/api/auth/register', person({ email: 'MIXED.case@example.com' }))
    assertFailure(taken, { status: 409 })
  } finally {
    await replica.close()
  }
})

test('two replicas that start at once adopt the same rows without harm', async () => {
  const password = 'from the older table'
  const hash = await bcrypt.hash(password, 4)
  for (let n = 0; n < 20; n += 1) await importRow(`Bulk.${n}@example.com`, hash)
  const replicas = await Promise.all([service.startReplica(), service.startReplica()])
  try {
    for (const n of [0, 19])
      assert.equal((await werkLogin(app, `bulk.${n}@example.com`, password)).statusCode, 200)
    const [counted] = await query<{ names: number }[]>(
      service,
      "SELECT COUNT(*) AS names FROM login_names WHERE name LIKE 'bulk.%'",
    )
    assert.equal(counted?.names, 20)
  } finally {
    await Promise.all(replicas.map((replica) => replica.close()))
  }
})

test('of two imported rows that differ only in case, both still log in by their own spelling', async () => {
  const rows = [
    ['Twin@example.com', 'first'],
    ['twin@example.com', 'second'],
  ] as const
  for (const [email, password] of rows) await importRow(email, await bcrypt.hash(password, 4))
  const replica = await service.startReplica()
  try {
    for (const [email, password] of rows) {
      const answer = await werkLogin(replica, email, password)
      assert.deepEqual([answer.statusCode, answer.json().email], [200, email])
    }
  } finally {
    await replica.close()
  }
})
