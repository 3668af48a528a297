import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inTransaction } from '../../src/database/pool.ts'
import { retryDeadlocks } from '../../src/database/retry-deadlocks.ts'
import { startKeyDatabase } from '../idempotency/key-database.ts'

test('two transactions that deadlock are both done in the end, once each', async (t) => {
  const { pools, close } = await startKeyDatabase()
  t.after(close)
  const [pool] = pools
  await pool.query('CREATE TABLE counters (id INT PRIMARY KEY, n INT NOT NULL)')
  await pool.query('INSERT INTO counters VALUES (1, 0), (2, 0)')
  let begun = 0
  const bothBegan = Promise.withResolvers<void>()
  let tries = 0
  const count = (first: number, second: number) =>
    retryDeadlocks(() =>
      inTransaction(pool, async (connection) => {
        tries += 1
        const add = (id: number) => connection.query('UPDATE counters SET n = n + 1 WHERE id = ?', [id])
        await add(first)
        begun += 1
        if (begun === 2) bothBegan.resolve()
        await bothBegan.promise
        await add(second)
      }),
    )
  await Promise.all([count(1, 2), count(2, 1)])
  assert.equal(tries, 3, 'one of them was the victim')
  assert.deepEqual(await pool.query('SELECT n FROM counters ORDER BY id'), [{ n: 2 }, { n: 2 }])
})

test('another failure is not tried again, and a lasting deadlock is passed on', async () => {
  for (const [errno, expected] of [
    [1205, 1],
    [1213, 5],
  ] as const) {
    let tries = 0
    const failing = retryDeadlocks(async () => {
      tries += 1
      throw Object.assign(new Error('no'), { errno })
    })
    await assert.rejects(failing, /no/)
    assert.equal(tries, expected)
  }
})
