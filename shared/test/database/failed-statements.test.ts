import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { startKeyDatabase } from '../idempotency/key-database.ts'

test('what the log tells of a failed statement has none of its values, which may be secrets', async (t) => {
  const { pools, close } = await startKeyDatabase()
  t.after(close)
  const [pool] = pools
  await pool.query('CREATE TABLE narrow (value VARCHAR(4) NOT NULL)')
  const lines: string[] = []
  const logger = pino({}, { write: (line: string) => lines.push(line) })
  for (const send of [
    (values: unknown[]) => pool.query('INSERT INTO narrow VALUES (?)', values),
    (values: unknown[]) => pool.execute('INSERT INTO narrow VALUES (?)', values),
    (values: unknown[]) => pool.query('INSERT INTO nowhere VALUES (?)', values),
  ])
    await assert.rejects(send(['whsec_of_somebody']), (err: Error) => {
      logger.warn({ err }, 'it failed')
      return 'sqlState' in err
    })
  assert.equal(lines.length, 3)
  assert.match(lines.join(''), /INSERT INTO narrow/)
  assert.doesNotMatch(lines.join(''), /whsec_of_somebody/)
})
