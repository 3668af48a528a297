import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { createFileIntentSpool } from '../../src/infrastructure/file-intent-spool.ts'
import type { SpoolEntry } from '../../src/intents/intent-spool.ts'
import { filesBelow } from '../kit/folder.ts'

const nobody: ReadonlySet<string> = new Set()
const date = new Date('2026-01-02T03:04:05.678Z')

function entry(id: string, created: SpoolEntry['created'] = null): SpoolEntry {
  const ticket = {
    id,
    tenantId: 1,
    sourceId: 2,
    creatorId: 77,
    customerId: 77,
    categoryId: 1,
    typeId: 1,
    priorityId: 2,
    title: 'sentAt',
    description: 'é 🔥\n',
    creatorEmail: 'mara@example.com',
    creatorKey: 'mara@example.com',
    userId: null,
    createdAt: date,
  }
  return {
    intent: { id, draft: { ticket, files: [] }, state: 'sending', sentAt: date, idempotencyId: null },
    created,
    withdrawn: false,
  }
}

describe('the spool on disk', () => {
  async function open(test: TestContext, maxEntries = 10) {
    const directory = await mkdtemp(join(tmpdir(), 'spool-'))
    test.after(() => rm(directory, { recursive: true }))
    return { directory, spool: createFileIntentSpool({ directory, maxEntries, logger: { error() {} } }) }
  }
  const takeAll = async (spool: ReturnType<typeof createFileIntentSpool>, held = nobody) => {
    const entries: SpoolEntry[] = []
    const result = await spool.drain(async (one) => entries.push(one) > 0, held)
    return { entries, ...result }
  }

  it('gives back after a restart what was put there, the oldest first, an outcome in place of its intent', async (test) => {
    const { directory, spool } = await open(test)
    const outcome = { id: 5, payload: { created_at: 1, title: 'é' } }
    for (const one of [entry('b'), entry('a'), entry('b', outcome)]) await spool.put(one)
    const restarted = createFileIntentSpool({ directory, maxEntries: 10, logger: { error() {} } })
    assert.deepEqual(await takeAll(restarted), {
      entries: [entry('a'), entry('b', outcome)],
      taken: 2,
      left: 0,
    })
    assert.deepEqual(await filesBelow(directory), [])
  })

  it('removes at start what was still being written when a process died, and nothing else', async (test) => {
    const { directory, spool } = await open(test)
    await spool.put(entry('a'))
    await writeFile(join(directory, 'b.json.tmp'), 'half of it')
    await writeFile(join(directory, 'c.json.torn'), 'for an operator')
    const restarted = createFileIntentSpool({ directory, maxEntries: 10, logger: { error() {} } })
    assert.deepEqual((await filesBelow(directory)).sort(), [
      join(directory, 'a.json'),
      join(directory, 'c.json.torn'),
    ])
    assert.equal(restarted.size(), 1)
  })

  it('leaves an entry alone whose request is still at work', async (test) => {
    const { spool } = await open(test)
    for (const id of ['a', 'b']) await spool.put(entry(id))
    const { entries, taken, left } = await takeAll(spool, new Set(['a']))
    assert.deepEqual([entries, taken, left], [[entry('b')], 1, 1])
    assert.deepEqual((await takeAll(spool)).entries, [entry('a')])
  })

  it('keeps what is not taken, goes on with the others, and ends the round at a failure', async (test) => {
    const { spool } = await open(test)
    for (const id of ['a', 'b', 'c']) await spool.put(entry(id))
    assert.deepEqual(await spool.drain(async ({ intent }) => intent.id === 'b', nobody), {
      taken: 1,
      left: 2,
    })
    const gone = async () => {
      throw new Error('the database is away')
    }
    await assert.rejects(spool.drain(gone, nobody), /away/)
    assert.deepEqual((await takeAll(spool)).taken, 2)
  })

  it('holds no more than it may, of many at once too; one that is there may always be replaced', async (test) => {
    const { directory, spool } = await open(test, 2)
    const results = await Promise.allSettled(['a', 'b', 'c', 'd'].map((id) => spool.put(entry(id))))
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 2)
    assert.equal((await filesBelow(directory)).length, 2)
    const there = ['a', 'b', 'c', 'd'].find((id) => spool.has(id))
    await spool.put(entry(there ?? '', { id: 1, payload: {} }))
    await spool.remove(there ?? '')
    await spool.put(entry('e'))
    assert.equal((await filesBelow(directory)).length, 2)
  })
})
