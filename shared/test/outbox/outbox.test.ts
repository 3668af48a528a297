import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { createPool } from '../../src/database/pool.ts'
import { createOutbox, type JobHandler } from '../../src/outbox/outbox.ts'
import { createTestDatabase } from '../../src/test-kit/database.ts'
import { pollUntil } from '../../src/test-kit/poll-until.ts'

const database = await createTestDatabase(join(import.meta.dirname, '../../../identity-service'))
const pool = createPool({
  DATABASE_URL: database.url,
  DATABASE_POOL_SIZE: 6,
  DATABASE_ACQUIRE_TIMEOUT_MS: 5000,
  DATABASE_STATEMENT_TIMEOUT_MS: 5000,
})
after(async () => {
  await pool.end()
  await database.drop()
})
beforeEach(() => pool.query('DELETE FROM outbox_jobs'))

const kind = 'test.job'
type Logged = { message: string; fields: object }

function build(handle: JobHandler, { leaseMs = 60_000 } = {}) {
  const logged: Logged[] = []
  const log = (fields: object, message: string) => void logged.push({ fields, message })
  const logger = { info: log, warn: log, error: log }
  return { logged, outbox: createOutbox({ pool, handlers: { [kind]: handle }, logger, pollMs: 20, leaseMs }) }
}

const add = (subject: string, of = kind) =>
  pool.query('INSERT INTO outbox_jobs (kind, subject) VALUES (?, ?)', [of, subject])

type Row = { subject: string; attempts: number; last_error: string | null; due_in_ms: number }
const rows = () =>
  pool.query<Row[]>(
    'SELECT subject, attempts, last_error, TIMESTAMPDIFF(MICROSECOND, NOW(3), available_at) / 1000 AS due_in_ms FROM outbox_jobs ORDER BY id',
  )
const emptied = () =>
  pollUntil('no job is left', async () => ((await rows()).length === 0 ? true : undefined))

test('a started outbox works off every job, more than a batch of them, once each', async () => {
  const done: string[] = []
  const { outbox } = build(async (subject) => void done.push(subject))
  for (let n = 0; n < 25; n += 1) await add(String(n))
  outbox.start()
  await emptied()
  await outbox.stop()
  assert.deepEqual(
    done.map(Number).sort((a, b) => a - b),
    Array.from({ length: 25 }, (_, n) => n),
  )
})

test('several workers share the jobs and do none twice', async () => {
  const done: string[] = []
  const workers = Array.from({ length: 3 }, () => build(async (subject) => void done.push(subject)).outbox)
  for (let n = 0; n < 40; n += 1) await add(String(n))
  for (const worker of workers) worker.start()
  await emptied()
  await Promise.all(workers.map((worker) => worker.stop()))
  assert.equal(done.length, 40)
  assert.equal(new Set(done).size, 40)
})

test('of many attempts at one job at once one does it', async () => {
  let times = 0
  const { outbox } = build(async () => {
    times += 1
  })
  await add('7')
  await Promise.all(Array.from({ length: 5 }, () => outbox.attempt(kind, '7')))
  assert.equal(times, 1)
  assert.deepEqual(await rows(), [])
  await outbox.attempt(kind, 'there is no such job')
  assert.equal(times, 1)
})

test('a failed job keeps its reason and comes again after a growing delay', async () => {
  const { outbox, logged } = build(async () => {
    throw new Error('InvGate is away')
  })
  await add('7')
  for (const [attempts, least, most] of [
    [1, 500, 1000],
    [2, 1000, 2000],
    [3, 2000, 4000],
  ] as const) {
    await outbox.attempt(kind, '7')
    const [job] = await rows()
    assert.deepEqual([job?.attempts, job?.last_error], [attempts, 'InvGate is away'])
    assert.ok(job && job.due_in_ms > least - 300 && job.due_in_ms <= most, `due in ${job?.due_in_ms} ms`)
    await pool.query('UPDATE outbox_jobs SET available_at = NOW(3)')
  }
  await pool.query('UPDATE outbox_jobs SET attempts = 40')
  await outbox.attempt(kind, '7')
  const [job] = await rows()
  assert.ok(job && job.due_in_ms <= 300_000, 'five minutes at most')
  assert.ok(logged.some(({ message }) => message === 'job failed, it will be tried again'))
})

test('a job waits as long as the other side asked for', async () => {
  const { outbox } = build(async () => {
    throw Object.assign(new Error('patience'), { retryAfterMs: 90_000 })
  })
  await add('7')
  await outbox.attempt(kind, '7')
  const [job] = await rows()
  assert.ok(job && job.due_in_ms > 85_000 && job.due_in_ms <= 90_000, `due in ${job?.due_in_ms} ms`)
})

test("a job is nobody else's during the lease, and taken up after it when its worker died", async () => {
  const hung = Promise.withResolvers<void>()
  const dead = build(() => hung.promise, { leaseMs: 400 })
  const done: string[] = []
  const alive = build(async (subject) => void done.push(subject))
  await add('7')
  const lost = dead.outbox.attempt(kind, '7')
  await pollUntil('the job is claimed', async () => ((await rows())[0]?.attempts === 1 ? true : undefined))
  await alive.outbox.attempt(kind, '7')
  assert.deepEqual(done, [], 'the lease holds')
  alive.outbox.start()
  await emptied()
  assert.deepEqual(done, ['7'])
  await alive.outbox.stop()
  hung.reject(new Error('too late'))
  await lost
  assert.deepEqual(await rows(), [], 'a late failure brings nothing back')
})

test('a worker whose lease ran out does not postpone the job of its successor', async () => {
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const late = build(() => first.promise, { leaseMs: 50 })
  const successor = build(() => second.promise)
  await add('7')
  const lost = late.outbox.attempt(kind, '7')
  await pollUntil('the lease is over', async () => {
    const [job] = await rows()
    return job && job.attempts === 1 && job.due_in_ms < 0 ? true : undefined
  })
  const taken = successor.outbox.attempt(kind, '7')
  await pollUntil('the successor has it', async () => ((await rows())[0]?.attempts === 2 ? true : undefined))
  first.reject(new Error('too late'))
  await lost
  const [job] = await rows()
  assert.equal(job?.last_error, null)
  assert.ok(job && job.due_in_ms > 50_000, 'still leased')
  second.resolve()
  await taken
  assert.deepEqual(await rows(), [])
})

test('a job that nobody handles is kept, and said', async () => {
  const { outbox } = build(async () => {})
  await add('7', 'unknown.kind')
  await outbox.attempt('unknown.kind', '7')
  assert.match(String((await rows())[0]?.last_error), /nobody handles jobs of kind unknown.kind/)
})

test('stopping waits for the job in flight and begins no other', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const done: string[] = []
  const { outbox } = build(async (subject) => {
    begin()
    await released
    done.push(subject)
  })
  await add('7')
  outbox.start()
  await begun
  const stopped = outbox.stop()
  await add('8')
  release()
  await stopped
  assert.deepEqual(done, ['7'])
  assert.deepEqual(
    (await rows()).map(({ subject }) => subject),
    ['8'],
  )
})

test('a database that is away for a moment is logged and does not end the worker', async () => {
  const done: string[] = []
  const { outbox, logged } = build(async (subject) => void done.push(subject))
  await pool.query('RENAME TABLE outbox_jobs TO outbox_jobs_away')
  outbox.start()
  await pollUntil('the outage is logged', () =>
    logged.some(({ message }) => message === 'a periodic task failed, it will run again') ? true : undefined,
  )
  await pool.query('RENAME TABLE outbox_jobs_away TO outbox_jobs')
  await add('7')
  await emptied()
  await outbox.stop()
  assert.deepEqual(done, ['7'])
})
