import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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

const acquireTimeoutMs = 500

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

  const entries = async () => {
    const paths = (await filesBelow(spool)).filter((path) => path.endsWith('.json')).sort()
    const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')))
    return texts.map((text) => JSON.parse(text.split('\n')[1] ?? ''))
  }
  const assertDownload = async (title: string) => {
    const [id] = await rowsOf(s, title)
    const detail = await s.app.inject({ url: `/api/tickets/${id}`, headers: mara })
    const download = await s.app.inject({ url: detail.json().attachments[0].url, headers: mara })
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
    post: (title: string) => postTicket(app, { title, content: `content of ${title}` }),
    staged: () => filesBelow(join(s.config.UPLOAD_DIR, 'staging')),
    async stored(title: string) {
      await eventually(async () => assert.equal((await rowsOf(s, title)).length, 1))
      await eventually(async () => assert.deepEqual(await entries(), []))
      await assertSettled(s, title, 1)
      await assertDownload(title)
    },
  }
}

describe('a ticket while the database goes away', { concurrency: 6 }, () => {
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

  it('and InvGate refuses it: nothing is left, on disk neither', async (test) => {
    const s = await start(test)
    const body = { error: 'category_id is invalid', status: 428 }
    await s.strike({ type: 'status', status: 428, body })
    s.proxy.cut()
    assert.equal((await s.post('refused')).statusCode, 502)
    assert.deepEqual(await s.entries(), [])
    assert.deepEqual(await s.staged(), [])
  })

  it('when InvGate’s refusal would be noted: it is looked up and sent with its file, like one whose process died', async (test) => {
    const s = await start(test)
    await s.strike({ type: 'status', status: 428, body: { error: 'no', status: 428 } })
    s.cutWhen('DELETE FROM ticket_intents', 'request')
    assert.equal((await s.post('forgotten')).statusCode, 502)
    s.proxy.mend()
    await sql(s.database, 'UPDATE ticket_intents SET available_at = NOW(3)')
    await s.stored('forgotten')
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
