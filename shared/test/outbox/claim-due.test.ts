import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createPool } from '../../src/database/pool.ts'
import { claimDue } from '../../src/outbox/claim-due.ts'
import { createTestDatabase } from '../../src/test-kit/database.ts'
import { pollUntil } from '../../src/test-kit/poll-until.ts'

test('a claim that is the victim of a deadlock is made again', async (t) => {
  const database = await createTestDatabase(join(import.meta.dirname, '../../../identity-service'))
  const pool = createPool({
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: 3,
    DATABASE_ACQUIRE_TIMEOUT_MS: 5000,
    DATABASE_STATEMENT_TIMEOUT_MS: 5000,
  })
  t.after(async () => {
    await pool.end()
    await database.drop()
  })
  const add =
    "INSERT INTO outbox_jobs (kind, subject, available_at) VALUES ('test.job', ?, NOW(3) + INTERVAL ? SECOND)"
  await pool.query(add, ['due', -10])

  // It has the gap into which the claim moves the job, and has written more than the claim, so that it is the one that stays.
  const other = await pool.getConnection()
  await other.beginTransaction()
  for (let n = 0; n < 20; n += 1) await other.query(add, [`other ${n}`, 3600 + n])
  await other.query(
    'SELECT id FROM outbox_jobs FORCE INDEX (outbox_jobs_available_at_idx) WHERE available_at > NOW(3) FOR UPDATE',
  )
  const claimed = claimDue<{ id: number; subject: string }>(pool, {
    ...{ table: 'outbox_jobs', columns: 'id, subject', limit: 10, leaseMs: 60_000 },
  })
  await pollUntil('the claim waits for the gap', async () => {
    const [row] = await pool.query(
      `SELECT COUNT(*) AS waiting FROM information_schema.INNODB_TRX JOIN information_schema.PROCESSLIST p
        ON p.id = trx_mysql_thread_id WHERE trx_state = 'LOCK WAIT' AND p.db = DATABASE()`,
    )
    return Number(row?.waiting) > 0 || undefined
  })
  // And now it wants the gap of the claim.
  await other.query(add, ['other', -15])
  await other.rollback()
  await other.release()

  assert.deepEqual(
    (await claimed).map(({ subject }) => subject),
    ['due'],
  )
  const [job] = await pool.query('SELECT attempts, available_at > NOW(3) AS is_leased FROM outbox_jobs')
  assert.deepEqual([job?.attempts, Number(job?.is_leased)], [1, 1])
})
