import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { Fault } from '@werk/invgate-sandbox/control'
import { type Inspect, startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import type { Config } from '../../src/config.ts'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { assertSettled, countPosts, rowsOf } from '../kit/intents.ts'
import { mara, postTicket } from '../kit/post-ticket.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'

/** Longer than the test machine’s other work keeps a connection waiting. */
const acquireTimeoutMs = 2000
const denied: Fault = { type: 'error_status', info: 'mail failed', when: 'after' }
const refusal: Fault = { type: 'status', status: 428, body: { error: 'category_id is invalid', status: 428 } }

/** Each test has a service of its own, so that they wait at the same time. Its app reaches the database through a proxy. */
async function start(test: TestContext, settings: Partial<Config> = {}) {
  const s = await startTicketService({ IN_DOUBT_SETTLE_MS: '1000' })
  const { hostname, port } = new URL(s.database.url)
  let cutAt: { mark: string; text: string; what: 'request' | 'answer' } | null = null
  const marked = new WeakSet<object>()
  const inspect: Inspect = (chunk, connection) => {
    if (cutAt === null) return undefined
    if (chunk.includes(cutAt.mark)) marked.add(connection)
    if (!marked.has(connection) || !chunk.includes(cutAt.text)) return undefined
    const { what } = cutAt
    cutAt = null
    return { what, onHeld: () => proxy.cut() }
  }
  const proxy = await startTcpProxy({ host: hostname, port: Number(port || 3306) }, inspect)
  test.after(async () => {
    await s.close()
    await proxy.close()
  })
  const spool = join(s.folder, 'spool-behind-the-proxy')
  const url = Object.assign(new URL(s.database.url), { hostname: '127.0.0.1', port: String(proxy.port) })
  const startReplica = () =>
    s.startReplica({
      DATABASE_URL: url.href,
      DATABASE_ACQUIRE_TIMEOUT_MS: acquireTimeoutMs,
      SPOOL_DIR: spool,
      ...settings,
    })
  let app = await startReplica()
  // What runs at the start has had its connections before the database goes away.
  await eventually(async () => assert.equal((await app.inject('/readyz')).statusCode, 200))

  const entries = async () => {
    const paths = (await filesBelow(spool)).filter((path) => path.endsWith('.json')).sort()
    const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')))
    return texts.map((text) => JSON.parse(text.split('\n')[1] ?? ''))
  }
  const assertDownload = async (title: string) => {
    const [id] = await rowsOf(s, title)
    const detail = await app.inject({ url: `/api/tickets/${id}`, headers: mara })
    const download = await app.inject({ url: detail.json().attachments[0].url, headers: mara })
    assert.equal(download.body, `content of ${title}`)
  }
  return {
    ...s,
    proxy,
    spool,
    entries,
    strike: (fault: Fault) => s.sandbox.control.setFaults([{ route: 'POST incidents', fault, times: 1 }]),
    /**
     * The database goes away, once, when a statement with this text is sent, or when it was carried out and is
     * answered, on a connection that has carried the mark.
     */
    cutWhen(text: string, what: 'request' | 'answer', mark = text) {
      cutAt = { text, what, mark }
    },
    stop: () => app.close(),
    async startAgain() {
      app = await startReplica()
    },
    post: (title: string, key?: string) =>
      postTicket(app, { title, content: `content of ${title}`, ...(key === undefined ? {} : { key }) }),
    /** What it is doing now, whoever waits for it, has failed for want of the database. */
    async failedRecovery() {
      const failures = () => s.logLines.filter((line) => line.includes('"task":"spool"')).length
      const before = failures()
      await eventually(async () => assert.ok(failures() > before))
    },
    staged: () => filesBelow(join(s.config.UPLOAD_DIR, 'staging')),
    /** The lease of the intent is over. The other replica stops, so that this one has it. */
    async lapse() {
      await s.app.close()
      await sql(s.database, 'UPDATE ticket_intents SET available_at = NOW(3)')
    },
    async oldestEntry() {
      const [path = ''] = (await filesBelow(spool)).sort()
      return { path, entry: (await entries())[0] }
    },
    async nothingIsLeft() {
      await eventually(async () => assert.deepEqual(await entries(), []))
      await eventually(async () =>
        assert.deepEqual(await sql(s.database, 'SELECT id FROM ticket_intents'), []),
      )
      const staging = join(s.config.UPLOAD_DIR, 'staging')
      await eventually(async () => assert.deepEqual(await filesBelow(staging), []))
    },
    async stored(title: string) {
      await eventually(async () => assert.equal((await rowsOf(s, title)).length, 1))
      await eventually(async () => assert.deepEqual(await entries(), []))
      await assertSettled(s, title, 1)
      await assertDownload(title)
    },
  }
}

/** As the spool writes it. */
async function writeEntry(path: string, json: string): Promise<void> {
  await writeFile(path, `${createHash('sha256').update(json).digest('hex')}\n${json}`)
}

describe('a ticket while the database goes away', { concurrency: 4 }, () => {
  it('before it was begun: the intent is on disk before InvGate is asked, then the outcome, and at last both are stored', async (test) => {
    const s = await start(test)
    await s.strike({ type: 'latency', ms: 300 })
    s.proxy.cut()
    const answer = s.post('begun')
    await eventually(async () => assert.equal(await countPosts(s), 1))
    const [begun, ...others] = await s.entries()
    assert.equal(begun.intent.draft.ticket.title, 'begun')
    assert.equal(begun.created, null)
    assert.deepEqual(others, [])
    const { statusCode, body } = await answer
    assert.equal(statusCode, 201, body)
    const [finished] = await s.entries()
    assert.equal(finished.created.id, JSON.parse(body).id)
    assert.deepEqual(await rowsOf(s, 'begun'), [])
    s.proxy.mend()
    await s.stored('begun')
    assert.equal(await countPosts(s), 1)
  })

  it('when it would be stored: 201, and it is stored on its return', async (test) => {
    const s = await start(test)
    s.cutWhen('INSERT INTO tickets', 'request')
    const answer = await s.post('stored later')
    assert.equal(answer.statusCode, 201, answer.body)
    assert.equal((await s.entries())[0].created.id, answer.json().id)
    s.proxy.mend()
    await s.stored('stored later')
    assert.equal(await countPosts(s), 1)
  })

  it('when it was stored and the answer got lost: 201, and it is there once', async (test) => {
    const s = await start(test)
    s.cutWhen('COMMIT', 'answer', 'DELETE FROM ticket_intents')
    const answer = await s.post('stored already')
    assert.equal(answer.statusCode, 201, answer.body)
    assert.deepEqual(await rowsOf(s, 'stored already'), [answer.json().id])
    assert.equal((await s.entries()).length, 1)
    s.proxy.mend()
    await s.stored('stored already')
  })

  it('and InvGate refuses it: nothing is left of those that never reached it, and of none after its return', async (test) => {
    const s = await start(test)
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: refusal }])
    s.proxy.cut()
    assert.equal((await s.post('the first')).statusCode, 502)
    for (const title of ['the second', 'the third']) assert.equal((await s.post(title)).statusCode, 502)
    const left = await s.entries()
    assert.deepEqual(
      left.map(({ intent, withdrawn }) => [intent.draft.ticket.title, withdrawn]),
      [['the first', true]],
    )
    s.proxy.mend()
    await s.nothingIsLeft()
    assert.equal(await countPosts(s), 3)
  })

  for (const what of ['request', 'answer'] as const)
    it(`when InvGate’s refusal would be noted (its ${what} is lost): it is never sent again, and its key is free`, async (test) => {
      const s = await start(test)
      await s.strike(refusal)
      s.cutWhen('DELETE FROM ticket_intents', what)
      assert.equal((await s.post('refused', 'k')).statusCode, 502)
      assert.equal((await s.entries())[0].withdrawn, true)
      // As long away as the lease: its worker comes as soon as the database does.
      await s.lapse()
      s.proxy.mend()
      await s.nothingIsLeft()
      assert.equal(await countPosts(s), 1)
      assert.deepEqual(await sql(s.database, 'SELECT id FROM idempotency_keys'), [])
      assert.equal((await s.post('refused', 'k')).statusCode, 201)
      await s.stored('refused')
    })

  it('when InvGate’s refusal would be noted: a worker that comes before that is noted leaves it alone', async (test) => {
    const s = await start(test)
    await s.strike(refusal)
    s.cutWhen('DELETE FROM ticket_intents', 'request')
    assert.equal((await s.post('too early')).statusCode, 502)
    const { path, entry } = await s.oldestEntry()
    // One that the database does not take stands before it.
    const stuck = JSON.stringify({ ...entry, withdrawn: false }).replace('"tenantId":1', '"tenantId":1e12')
    await s.stop()
    await writeEntry(join(dirname(path), '00000000-0000-7000-8000-000000000000.json'), stuck)
    await s.lapse()
    await sql(s.database, 'UPDATE ticket_intents SET sent_at = sent_at - INTERVAL 5 MINUTE')
    s.proxy.mend()
    await s.startAgain()
    await eventually(async () => {
      const [row] = await sql(s.database, 'SELECT last_error FROM ticket_intents')
      assert.equal(row?.last_error, 'what became of it waits on disk')
    })
    assert.equal(await countPosts(s), 1)
  })

  it('when a keyed intent was stored and the answer got lost: 503, nothing is sent, and the key is free after its return', async (test) => {
    const s = await start(test)
    s.cutWhen('COMMIT', 'answer', 'INSERT INTO ticket_intents')
    assert.equal((await s.post('keyed', 'k')).statusCode, 503)
    assert.equal((await sql(s.database, 'SELECT id FROM ticket_intents')).length, 1)
    s.proxy.mend()
    await s.nothingIsLeft()
    assert.equal(await countPosts(s), 0)
    assert.equal((await s.post('keyed', 'k')).statusCode, 201)
    await s.stored('keyed')
  })

  it('and InvGate does not answer: it is in doubt after its return, and settled', async (test) => {
    const s = await start(test)
    await s.strike({ type: 'reset', when: 'after' })
    s.proxy.cut()
    assert.equal((await s.post('doubly lost')).statusCode, 502)
    assert.equal((await s.entries())[0].created, null)
    s.proxy.mend()
    await s.stored('doubly lost')
    assert.equal(await countPosts(s), 1)
  })

  it('and InvGate says no to what it has: it is linked after its return, and sent once', async (test) => {
    const s = await start(test)
    await s.strike(denied)
    s.proxy.cut()
    assert.equal((await s.post('denied')).statusCode, 502)
    const [{ intent, created, withdrawn }] = await s.entries()
    assert.deepEqual([intent.state, created, withdrawn], ['refused', null, false])
    s.proxy.mend()
    await s.stored('denied')
    assert.equal(await countPosts(s), 1)
  })

  it('and InvGate says no to what it does not have: it is never sent again, and nothing is left of it', async (test) => {
    const s = await start(test)
    await s.strike({ type: 'error_status', info: 'no such category' })
    s.proxy.cut()
    assert.equal((await s.post('no')).statusCode, 502)
    s.proxy.mend()
    await s.nothingIsLeft()
    assert.equal(await countPosts(s), 1)
  })

  for (const what of ['request', 'answer'] as const)
    it(`when InvGate’s no would be noted (its ${what} is lost): it is looked up, never sent again, and its key is free`, async (test) => {
      const s = await start(test)
      await s.strike({ type: 'error_status', info: 'no such category' })
      s.cutWhen('UPDATE ticket_intents SET state', what)
      assert.equal((await s.post('no', 'k')).statusCode, 502)
      assert.equal((await s.entries())[0].intent.state, 'refused')
      await s.lapse()
      s.proxy.mend()
      await s.nothingIsLeft()
      assert.equal(await countPosts(s), 1)
      assert.deepEqual(await sql(s.database, 'SELECT id FROM idempotency_keys'), [])
    })

  it('and the process is killed after InvGate had it: the restart links the ticket to its incident', async (test) => {
    const s = await start(test)
    await s.strike({ type: 'latency', ms: 300 })
    s.proxy.cut()
    const answer = s.post('killed')
    await eventually(async () => assert.equal(await countPosts(s), 1))
    const [path = ''] = await filesBelow(s.spool)
    const begun = await readFile(path)
    assert.equal((await answer).statusCode, 201)
    await s.stop()
    await writeFile(path, begun)
    s.proxy.mend()
    await s.startAgain()
    await s.stored('killed')
    assert.equal(await countPosts(s), 1)
  })

  it('and a torn entry is set aside, while the others are stored', async (test) => {
    const s = await start(test)
    s.proxy.cut()
    for (const title of ['torn', 'whole']) assert.equal((await s.post(title)).statusCode, 201)
    const [path = ''] = (await filesBelow(s.spool)).sort()
    await s.stop()
    const whole = await readFile(path)
    await writeFile(path, whole.subarray(0, whole.length - 10))
    s.proxy.mend()
    await s.startAgain()
    await eventually(async () => assert.equal((await rowsOf(s, 'whole')).length, 1))
    await eventually(async () => assert.deepEqual(await filesBelow(s.spool), [`${path}.torn`]))
    assert.deepEqual(await readFile(`${path}.torn`), whole.subarray(0, whole.length - 10))
    assert.deepEqual(await rowsOf(s, 'torn'), [])
  })

  it('and the spool is full: 503 ticket.unavailable, nothing reached InvGate, no file is left; of many at once too', async (test) => {
    const s = await start(test, { SPOOL_MAX_ENTRIES: 3 })
    s.proxy.cut()
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => s.post(`full ${index}`)))
    const refused = answers.filter(({ statusCode }) => statusCode === 503)
    assert.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 3)
    assert.equal(refused.length, 7)
    for (const answer of refused) {
      assert.equal(answer.json().code, 'ticket.unavailable')
      assert.equal(answer.headers['retry-after'], '30')
    }
    assert.equal(await countPosts(s), 3)
    assert.equal((await s.entries()).length, 3)
    assert.deepEqual(await s.staged(), [])
  })

  it('and the disk takes nothing: 503 ticket.unavailable, nothing reached InvGate', async (test) => {
    const s = await start(test)
    await writeFile(s.spool, 'a file where the folder should be')
    s.proxy.cut()
    const answer = await s.post('nowhere')
    assert.equal(answer.statusCode, 503, answer.body)
    assert.equal(answer.json().code, 'ticket.unavailable')
    assert.equal(await countPosts(s), 0)
    assert.deepEqual(await s.staged(), [])
  })

  it('for a slow trickle: the first waits for it, no other does', async (test) => {
    const s = await start(test)
    s.proxy.cut()
    assert.equal((await s.post('first')).statusCode, 201)
    for (const key of [undefined, undefined, 'keyed']) {
      await s.failedRecovery()
      await s.failedRecovery()
      const started = performance.now()
      assert.equal((await s.post('later', key)).statusCode, key === undefined ? 201 : 503)
      assert.ok(performance.now() - started < acquireTimeoutMs / 2)
    }
  })

  it('for longer than uploads are kept: the files of what waits on disk stay, those of nobody go', async (test) => {
    const s = await start(test)
    await s.strike({ type: 'reset' })
    s.proxy.cut()
    assert.equal((await s.post('for days')).statusCode, 502)
    await s.stop()
    const { path, entry } = await s.oldestEntry()
    // One that the database does not take, so that it stays where it is.
    await writeEntry(path, JSON.stringify(entry).replace('"tenantId":1', '"tenantId":1e12'))
    const [needed = ''] = await s.staged()
    const orphan = join(dirname(needed), 'of-nobody')
    await writeFile(orphan, 'x')
    const longAgo = new Date(Date.now() - 48 * 3_600_000)
    for (const file of [needed, orphan]) await utimes(file, longAgo, longAgo)
    s.proxy.mend()
    await s.startAgain()
    await eventually(async () => assert.ok(!(await s.staged()).includes(orphan)))
    assert.deepEqual(await s.staged(), [needed])
    assert.equal((await s.entries()).length, 1)
  })

  it('for many: not each of them waits for it', async (test) => {
    const s = await start(test)
    s.proxy.cut()
    const titles = Array.from({ length: 12 }, (_, index) => `many ${index}`)
    const started = performance.now()
    for (const title of titles) assert.equal((await s.post(title)).statusCode, 201)
    assert.ok(performance.now() - started < 4 * acquireTimeoutMs, 'one or two waited, the others did not')
    s.proxy.mend()
    for (const title of titles) await s.stored(title)
    assert.equal(await countPosts(s), titles.length)
  })
})
