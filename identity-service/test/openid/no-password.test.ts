import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBcryptPool } from '../../src/passwords/bcrypt-pool.ts'
import { createPasswords } from '../../src/passwords/passwords.ts'

test('an account without a password fits none, and that takes as long as a wrong one', async () => {
  const bcrypt = createBcryptPool(1)
  const passwords = createPasswords({ bcrypt, cost: 8 })
  const stored = await passwords.hash('correct horse')
  for (const password of ['', ' ', 'correct horse'])
    assert.equal((await passwords.verify(password, '')).right, false)

  const times: Record<'with' | 'without', number[]> = { with: [], without: [] }
  for (let round = 0; round < 15; round += 1) {
    times.with.push(await timeOf(() => passwords.verify('wrong', stored)))
    times.without.push(await timeOf(() => passwords.verify('wrong', '')))
  }
  const ratio = median(times.without) / median(times.with)
  assert.ok(ratio > 0.5 && ratio < 2, `ratio ${ratio}`)
  await bcrypt.close()
})

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
