import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { inTransaction } from '../../src/database/pool.ts'
import { createAnswerCipher } from '../../src/idempotency/answer-cipher.ts'
import { createIdempotencyStore } from '../../src/idempotency/idempotency-store.ts'
import { createKeyPurge } from '../../src/idempotency/purge-keys.ts'
import { pollUntil } from '../../src/test-kit/poll-until.ts'
import { startKeyDatabase } from './key-database.ts'

const { pools, close } = await startKeyDatabase()
after(close)
const [pool] = pools
const secret = 'a secret for tests, of 32 bytes or more'
const store = createIdempotencyStore(createAnswerCipher({ JWT_SECRET: secret }))

const newId = () => randomBytes(32).toString('hex')
const print = 'f'.repeat(64)
type Key = Partial<Parameters<typeof store.begin>[1]> & { id: string }
const begin = (key: Key, by = pool) =>
  inTransaction(by, (connection) =>
    store.begin(connection, { fingerprint: [print], resource: null, leaseMs: 60_000, ...key }),
  )
const answer = (text: string) => ({
  status: 201,
  contentType: 'application/json; charset=utf-8',
  body: Buffer.from(text),
})
const expireLease = (id: string) =>
  pool.query('UPDATE idempotency_keys SET locked_until = NOW(3) - INTERVAL 1 SECOND WHERE id = ?', [id])
const age = (id: string, hours: number) =>
  pool.query(
    'UPDATE idempotency_keys SET created_at = NOW(3) - INTERVAL ? HOUR, locked_until = LEAST(locked_until, NOW(3)) WHERE id = ?',
    [hours, id],
  )

test('of 100 that begin a key at once over two pools one gets it, the others hear that it is at work', async () => {
  for (let round = 0; round < 5; round += 1) {
    const id = newId()
    const begun = await Promise.all(Array.from({ length: 100 }, (_, n) => begin({ id }, pools[n % 2])))
    assert.equal(begun.filter(({ kind }) => kind === 'new').length, 1)
    assert.equal(begun.filter(({ kind }) => kind === 'in_flight').length, 99)
  }
})

test('of 100 that find a key abandoned or a day old at once one gets it', async () => {
  const id = newId()
  await begin({ id, resource: 'r' })
  await expireLease(id)
  const taken = await Promise.all(Array.from({ length: 100 }, (_, n) => begin({ id }, pools[n % 2])))
  assert.deepEqual(
    taken.filter(({ kind }) => kind !== 'in_flight'),
    [{ kind: 'abandoned', resource: 'r' }],
  )
  await age(id, 25)
  const anew = await Promise.all(Array.from({ length: 100 }, (_, n) => begin({ id }, pools[n % 2])))
  assert.equal(anew.filter(({ kind }) => kind === 'new').length, 1)
  assert.equal(anew.filter(({ kind }) => kind === 'in_flight').length, 99)
})

test('a transaction that is rolled back leaves its key free', async () => {
  const id = newId()
  const failed = inTransaction(pool, async (connection) => {
    await store.begin(connection, { id, fingerprint: [print], resource: null, leaseMs: 60_000 })
    throw new Error('no')
  })
  await assert.rejects(failed, /no/)
  assert.deepEqual(await begin({ id }), { kind: 'new' })
})

test('an answer comes back to the byte, and cannot be read in the database', async () => {
  const id = newId()
  await begin({ id })
  const kept = { ...answer(''), body: randomBytes(100_000) }
  const token = Buffer.from('a token that nobody may read')
  kept.body.set(token, 500)
  assert.equal(await store.finish(pool, { id, resource: null }, kept), true)
  const begun = await begin({ id }, pools[1])
  assert.deepEqual(begun, { kind: 'replay', answer: kept })
  const [row] = await pool.query('SELECT body FROM idempotency_keys WHERE id = ?', [id])
  assert.equal(row.body.includes(token), false)
})

test('an answer that was kept before the secret was rotated can still be told, one of an unknown secret cannot', async () => {
  const id = newId()
  await begin({ id })
  await store.finish(pool, { id, resource: null }, answer('{"id":1}'))
  const key = { id, fingerprint: [print] as const, resource: null, leaseMs: 1000 }
  const other = 'another secret of at least 32 bytes!'
  const rotated = createIdempotencyStore(
    createAnswerCipher({ JWT_SECRET: other, JWT_SECRET_PREVIOUS: secret }),
  )
  assert.deepEqual(await inTransaction(pool, (connection) => rotated.begin(connection, key)), {
    kind: 'replay',
    answer: answer('{"id":1}'),
  })
  const foreign = createIdempotencyStore(createAnswerCipher({ JWT_SECRET: other }))
  await assert.rejects(inTransaction(pool, (connection) => foreign.begin(connection, key)))
})

test('an answer that was moved to another key is refused', async () => {
  const [from, to] = [newId(), newId()]
  await begin({ id: from })
  await begin({ id: to })
  await store.finish(pool, { id: from, resource: null }, answer('a'))
  await store.finish(pool, { id: to, resource: null }, answer('b'))
  const [{ body }] = await pool.query('SELECT body FROM idempotency_keys WHERE id = ?', [from])
  await pool.query('UPDATE idempotency_keys SET body = ? WHERE id = ?', [body, to])
  await assert.rejects(begin({ id: to }))
})

test('another fingerprint is a mismatch, in flight, abandoned and answered alike', async () => {
  const id = newId()
  const other = { id, fingerprint: ['0'.repeat(64)] as const }
  await begin({ id })
  assert.deepEqual(await begin(other), { kind: 'mismatch' })
  await expireLease(id)
  assert.deepEqual(await begin(other), { kind: 'mismatch' })
  await store.finish(pool, { id, resource: null }, answer('a'))
  assert.deepEqual(await begin(other), { kind: 'mismatch' })
  assert.equal((await begin({ id, fingerprint: ['0'.repeat(64), print] })).kind, 'replay')
})

test('a released key is free, and only its holder releases, renews or finishes it', async () => {
  const id = newId()
  await begin({ id, resource: 'mine' })
  for (const resource of [null, 'other']) {
    assert.equal(await store.release(pool, { id, resource }), false)
    assert.equal(await store.renew(pool, { id, resource }, 0), false)
    assert.equal(await store.finish(pool, { id, resource }, answer('a')), false)
  }
  assert.equal((await begin({ id })).kind, 'in_flight')
  assert.equal(await store.release(pool, { id, resource: 'mine' }), true)
  assert.deepEqual(await begin({ id }), { kind: 'new' })
})

test('the first answer stays: it is neither replaced nor released', async () => {
  const id = newId()
  await begin({ id })
  const holder = { id, resource: null }
  assert.equal(await store.finish(pool, holder, answer('first')), true)
  assert.equal(await store.finish(pool, holder, answer('second')), false)
  assert.equal(await store.release(pool, holder), false)
  assert.deepEqual(await begin({ id }), { kind: 'replay', answer: answer('first') })
})

test('a lease says how long it lasts, can be renewed, and given up', async () => {
  const id = newId()
  await begin({ id, leaseMs: 5000 })
  const first = await begin({ id })
  assert.ok(first.kind === 'in_flight' && first.retryAfterMs > 3000 && first.retryAfterMs <= 5000)
  await store.renew(pool, { id, resource: null }, 30_000)
  const renewed = await begin({ id })
  assert.ok(renewed.kind === 'in_flight' && renewed.retryAfterMs > 25_000)
  await store.renew(pool, { id, resource: null }, 0)
  assert.deepEqual(await begin({ id }), { kind: 'abandoned', resource: null })
})

test('a key is kept for a day and no longer', async () => {
  const id = newId()
  await begin({ id })
  await store.finish(pool, { id, resource: null }, answer('a'))
  await age(id, 23)
  assert.equal((await begin({ id })).kind, 'replay')
  await age(id, 25)
  assert.deepEqual(await begin({ id, fingerprint: ['0'.repeat(64)] }), { kind: 'new' })
  assert.deepEqual(await begin({ id }), { kind: 'mismatch' }, 'nothing is left of the older one')
})

test('the purge deletes old keys in batches, and neither young ones nor those that somebody holds', async () => {
  await pool.query('DELETE FROM idempotency_keys')
  const old = Array.from({ length: 7 }, newId)
  const [young, held] = [newId(), newId()]
  for (const id of [...old, young, held]) await begin({ id })
  for (const id of old) await age(id, 25)
  await pool.query('UPDATE idempotency_keys SET created_at = NOW(3) - INTERVAL 25 HOUR WHERE id = ?', [held])
  assert.equal(await store.purge(pool, 24 * 3_600_000, 2), 2)
  const count = async () => Number((await pool.query('SELECT COUNT(*) AS n FROM idempotency_keys'))[0].n)
  assert.equal(await count(), 7)

  const purge = createKeyPurge({ pool, store, logger: { warn: () => {} }, everyMs: 20, batch: 2 })
  purge.start()
  await pollUntil('the old are gone', async () => ((await count()) === 2 ? true : undefined))
  await purge.stop()
  const left: { id: string }[] = await pool.query('SELECT id FROM idempotency_keys')
  assert.deepEqual(left.map(({ id }) => id).sort(), [young, held].sort())
})
