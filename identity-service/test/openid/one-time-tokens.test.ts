import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createPool } from '@werk/shared/database/pool'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import { createDatabase } from '../../src/infrastructure/database.ts'
import { inTransaction } from '../../src/infrastructure/transaction.ts'
import { createOneTimeTokens } from '../../src/one-time-tokens/one-time-tokens.repository.ts'
import { createTestClock } from '../kit/sessions.ts'

const clock = createTestClock()
let close: () => Promise<void>
let database: ReturnType<typeof createDatabase>
let tokens: ReturnType<typeof createOneTimeTokens>
before(async () => {
  const made = await createTestDatabase(join(import.meta.dirname, '../..'))
  const pool = createPool({
    DATABASE_URL: made.url,
    DATABASE_POOL_SIZE: 10,
    DATABASE_ACQUIRE_TIMEOUT_MS: 5000,
    DATABASE_STATEMENT_TIMEOUT_MS: 10_000,
  })
  database = createDatabase(pool)
  tokens = createOneTimeTokens(database, clock)
  close = async () => {
    await database.$disconnect()
    await pool.end()
    await made.drop()
  }
})
after(() => close())

test('a token stands for what it was made for, once, and only in its kind', async () => {
  const token = await tokens.make('a', { payload: { to: 'https://app.example.com' } }, 60)
  assert.match(token, /^[\w-]{43}$/)
  assert.equal(await tokens.consume('b', token), null)
  const content = { userId: null, payload: { to: 'https://app.example.com' } }
  assert.deepEqual(await tokens.find('a', token), content)
  assert.deepEqual(await tokens.consume('a', token), content)
  assert.equal(await tokens.consume('a', token), null)
  assert.equal(await tokens.find('a', token), null)
})

test('of 50 that use one token up at once, one gets it', async () => {
  const token = await tokens.make('a', {}, 60)
  const found = await Promise.all(Array.from({ length: 50 }, () => tokens.consume('a', token)))
  assert.equal(found.filter((one) => one !== null).length, 1)
})

test('of 10 transactions that use one token up at once, one gets it', async () => {
  const token = await tokens.make('a', {}, 60)
  const use = () => inTransaction(database, (tx) => tokens.consume('a', token, tx))
  const found = await Promise.all(Array.from({ length: 10 }, use))
  assert.equal(found.filter((one) => one !== null).length, 1)
})

test('a transaction that fails leaves the token as it was', async () => {
  const token = await tokens.make('a', {}, 60)
  const failing = inTransaction(database, async (tx) => {
    assert.ok(await tokens.consume('a', token, tx))
    throw new Error('after all not')
  })
  await assert.rejects(failing, /after all not/)
  assert.ok(await tokens.consume('a', token))
})

test('a token works until its life is over, which can be prolonged while it lasts', async () => {
  const [short, long] = [await tokens.make('a', {}, 60), await tokens.make('a', {}, 60)]
  clock.advance(59)
  await tokens.prolong('a', long, 300)
  clock.advance(2)
  assert.equal(await tokens.consume('a', short), null)
  await tokens.prolong('a', short, 300)
  assert.equal(await tokens.find('a', short), null)
  clock.advance(238)
  assert.ok(await tokens.find('a', long))
  clock.advance(2)
  assert.equal(await tokens.consume('a', long), null)
})

test('the database holds no token, only its SHA-256', async () => {
  const token = await tokens.make('a', {}, 60)
  const rows = await database.oneTimeToken.findMany()
  assert.ok(rows.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash)))
  assert.ok(!JSON.stringify(rows.map(({ payload, hash }) => [payload, hash])).includes(token))
})
