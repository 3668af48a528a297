import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { assertSettled, countPosts, hasten, incidentsOf, intentsOf, rowsOf } from '../kit/intents.ts'
import { postTicket } from '../kit/post-ticket.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

describe('an Idempotency-Key', () => {
  let s: TicketService
  let replica: TicketService['app']
  before(async () => {
    s = await startTicketService({ ARMMADA_TIMEOUT_MS: '1000', IN_DOUBT_SETTLE_MS: '1000' })
    replica = await s.startReplica()
  })
  beforeEach(async () => {
    await s.sandbox.control.reset()
    for (const table of ['ticket_intents', 'tickets', 'idempotency_keys'])
      await sql(s.database, `DELETE FROM ${table}`)
  })
  after(() => s.close())

  type Answer = Awaited<ReturnType<typeof postTicket>>
  const assertFailed = (answer: Answer, status: number, code: string) => {
    assert.equal(answer.statusCode, status, answer.body)
    assert.equal(answer.json().code, code)
  }
  const assertConflict = (answer: Answer) => {
    assertFailed(answer, 409, 'idempotency.conflict')
    assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
  }
  const assertReplayOf = (first: Answer, answer: Answer) => {
    assert.equal(answer.statusCode, first.statusCode, answer.body)
    assert.deepEqual(answer.rawPayload, first.rawPayload)
    assert.equal(answer.headers['content-type'], first.headers['content-type'])
    assert.equal(answer.headers['idempotency-replayed'], 'true')
  }

  it('of 100 requests at once over two replicas makes one ticket; the others are answered the same, or 409', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        postTicket(index % 2 === 0 ? s.app : replica, { title: 'at once', content: 'x', key: 'at-once' }),
      ),
    )
    const first = answers.find(
      ({ statusCode, headers }) => statusCode === 201 && headers['idempotency-replayed'] === undefined,
    )
    assert.ok(first)
    for (const answer of answers.filter((other) => other !== first)) {
      if (answer.statusCode === 201) assertReplayOf(first, answer)
      else assertConflict(answer)
    }
    await assertSettled(s, 'at once', 1)
    assert.equal(await countPosts(s), 1)
    assert.deepEqual(await filesBelow(`${s.config.UPLOAD_DIR}/staging`), [])
    assertReplayOf(first, await postTicket(replica, { title: 'at once', content: 'x', key: 'at-once' }))
  })

  for (const content of [undefined, 'a file'])
    it(`is replayed to the byte by every replica, and makes nothing (${content === undefined ? 'JSON' : 'multipart'})`, async () => {
      const wanted = { title: 'replay', key: 'a-key', ...(content === undefined ? {} : { content }) }
      const first = await postTicket(s.app, wanted)
      assert.equal(first.statusCode, 201)
      assert.equal(first.headers['idempotency-replayed'], undefined)
      for (const app of [s.app, replica]) assertReplayOf(first, await postTicket(app, wanted))
      assertReplayOf(first, await postTicket(s.app, { ...wanted, key: '"a-key"' }))
      await assertSettled(s, 'replay', 1)
      assert.equal(await countPosts(s), 1)
      assert.deepEqual(await filesBelow(`${s.config.UPLOAD_DIR}/staging`), [])
    })

  it('with another body, or one other byte in a file → 422 idempotency.mismatch', async () => {
    const wanted = { title: 'one', content: 'content', key: 'k' }
    const first = await postTicket(s.app, wanted)
    for (const other of [
      { ...wanted, title: 'two' },
      { ...wanted, description: 'c' },
      { ...wanted, content: 'Content' },
      { title: 'one', key: 'k' },
    ])
      assertFailed(await postTicket(replica, other), 422, 'idempotency.mismatch')
    assertReplayOf(first, await postTicket(replica, wanted))
    assert.equal(await countPosts(s), 1)
    assert.deepEqual(await filesBelow(`${s.config.UPLOAD_DIR}/staging`), [])
  })

  for (const key of ['', 'with blank', 'é', 'x'.repeat(256)])
    it(`that is none (${JSON.stringify(key.slice(0, 12))}) → 400 idempotency.invalid`, async () => {
      assertFailed(await postTicket(s.app, { title: 'a', key }), 400, 'idempotency.invalid')
      assert.equal(await countPosts(s), 0)
    })

  it('is each caller’s, tenant’s and route’s own', async () => {
    const wanted = { title: 'scopes', key: 'the-same' }
    const claims = { sub: 'mara@example.com', invgate_id: 77 }
    const answers = [
      await postTicket(s.app, wanted),
      await postTicket(s.app, { ...wanted, headers: bearer({ ...claims, sub: 'max@example.com' }) }),
      await postTicket(s.app, { ...wanted, headers: bearer({ ...claims, tenant_id: 2 }) }),
      await postTicket(s.app, { ...wanted, url: '/api/v1/tickets' }),
    ]
    for (const { statusCode, headers } of answers)
      assert.deepEqual([statusCode, headers['idempotency-replayed']], [201, undefined])
    assert.equal(new Set(answers.map((answer) => answer.json().id)).size, 4)
    assert.equal((await incidentsOf(s, 'scopes')).length, 4)
  })

  it('of a request that InvGate refused is free again', async () => {
    const wanted = { title: 'refused', content: 'x', key: 'k' }
    const fault = { type: 'status', status: 428, body: { error: 'no', status: 428 } } as const
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault, times: 1 }])
    assert.equal((await postTicket(s.app, wanted)).statusCode, 502)
    assert.deepEqual(await sql(s.database, 'SELECT id FROM idempotency_keys'), [])
    const answer = await postTicket(replica, wanted)
    assert.equal(answer.statusCode, 201)
    assert.equal(answer.headers['idempotency-replayed'], undefined)
    await assertSettled(s, 'refused', 1)
  })

  for (const when of ['before', 'after'] as const)
    it(`of a ticket in doubt → 409 until it is settled, then 201 with the ticket (InvGate broke off ${when} it had it)`, async () => {
      const wanted = { title: `doubt ${when}`, content: 'x', key: 'k' }
      await s.sandbox.control.setFaults([
        { route: 'POST incidents', fault: { type: 'reset', when }, times: 1 },
      ])
      assert.equal((await postTicket(s.app, wanted)).statusCode, 502)
      assertConflict(await postTicket(replica, wanted))
      await sql(s.database, 'UPDATE idempotency_keys SET locked_until = NOW(3) - INTERVAL 1 SECOND')
      assertConflict(await postTicket(replica, wanted))
      await hasten(s)
      await assertSettled(s, wanted.title, 1)
      const [incident] = await incidentsOf(s, wanted.title)
      const answer = await postTicket(replica, wanted)
      assert.equal(answer.statusCode, 201, answer.body)
      assert.equal(answer.headers['idempotency-replayed'], 'true')
      assert.equal(answer.json().id, incident?.id)
      assert.equal(answer.json().title, wanted.title)
      assertReplayOf(answer, await postTicket(s.app, wanted))
      await assertSettled(s, wanted.title, 1)
    })

  it('of a ticket that InvGate has though it said no → 409 until that is found out, then 201 with the ticket', async () => {
    const wanted = { title: 'denied', content: 'x', key: 'k' }
    const fault = { type: 'error_status', info: 'mail failed', when: 'after' } as const
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault, times: 1 }])
    assert.equal((await postTicket(s.app, wanted)).statusCode, 502)
    assertConflict(await postTicket(replica, wanted))
    await assertSettled(s, 'denied', 1)
    const [incident] = await incidentsOf(s, 'denied')
    const answer = await postTicket(replica, wanted)
    assert.equal(answer.statusCode, 201, answer.body)
    assert.equal(answer.headers['idempotency-replayed'], 'true')
    assert.equal(answer.json().id, incident?.id)
    assert.equal(await countPosts(s), 1)
  })

  it('of a ticket that InvGate refused by its status → 409 until it is not found there, then it is free', async () => {
    const wanted = { title: 'denied', content: 'x', key: 'k' }
    const fault = { type: 'error_status', info: 'no such category' } as const
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault, times: 1 }])
    assert.equal((await postTicket(s.app, wanted)).statusCode, 502)
    assertConflict(await postTicket(replica, wanted))
    await eventually(async () => assert.deepEqual(await intentsOf(s, 'denied'), []))
    assert.deepEqual(await sql(s.database, 'SELECT id FROM idempotency_keys'), [])
    const answer = await postTicket(replica, wanted)
    assert.equal(answer.statusCode, 201, answer.body)
    assert.equal(answer.headers['idempotency-replayed'], undefined)
    await assertSettled(s, 'denied', 1)
  })

  it('whose holder left neither answer nor intent is healed when its lease is over, by one of many', async () => {
    const wanted = { title: 'healed', key: 'k' }
    assert.equal((await postTicket(s.app, wanted)).statusCode, 201)
    await sql(s.database, 'DELETE FROM tickets')
    await s.sandbox.control.reset()
    await sql(
      s.database,
      `UPDATE idempotency_keys SET status = NULL, body = NULL, content_type = NULL,
         locked_until = NOW(3) + INTERVAL 20 SECOND`,
    )
    assertConflict(await postTicket(s.app, wanted))
    await sql(s.database, 'UPDATE idempotency_keys SET locked_until = NOW(3) - INTERVAL 1 SECOND')
    const answers = await Promise.all(Array.from({ length: 30 }, () => postTicket(s.app, wanted)))
    for (const answer of answers) if (answer.statusCode !== 201) assertConflict(answer)
    assert.equal(
      answers.filter((answer) => answer.statusCode === 201 && !answer.headers['idempotency-replayed']).length,
      1,
    )
    await assertSettled(s, 'healed', 1)
  })

  it('of a holder that crashed while InvGate was asked is answered with the ticket that the worker links', async () => {
    const wanted = { title: 'crashed', key: 'k' }
    await s.sandbox.control.setFaults([
      { route: 'POST incidents', fault: { type: 'hang', when: 'after' }, times: 1 },
    ])
    const dying = postTicket(s.app, wanted)
    await eventually(async () => assert.equal((await incidentsOf(s, 'crashed')).length, 1))
    const over = 'NOW(3) - INTERVAL 1 SECOND'
    await sql(s.database, `UPDATE idempotency_keys SET locked_until = ${over}`)
    await sql(s.database, `UPDATE ticket_intents SET available_at = ${over}`)
    assert.equal((await dying).statusCode, 502)
    await assertSettled(s, 'crashed', 1)
    const answer = await postTicket(replica, wanted)
    assert.equal(answer.statusCode, 201)
    assert.deepEqual(await rowsOf(s, 'crashed'), [answer.json().id])
    assert.equal(await countPosts(s), 1)
  })

  it('while the database is away → 503 idempotency.unavailable, nothing is sent and no file is left', async () => {
    const { hostname, port } = new URL(s.database.url)
    const proxy = await startTcpProxy({ host: hostname, port: Number(port || 3306) })
    const url = Object.assign(new URL(s.database.url), { hostname: '127.0.0.1', port: String(proxy.port) })
    const app = await s.startReplica({ DATABASE_URL: url.href, DATABASE_ACQUIRE_TIMEOUT_MS: 300 })
    try {
      proxy.cut()
      const answer = await postTicket(app, { title: 'away', content: 'x', key: 'k' })
      assertFailed(answer, 503, 'idempotency.unavailable')
      assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
      assert.equal(await countPosts(s), 0)
      assert.deepEqual(await filesBelow(`${s.config.UPLOAD_DIR}/staging`), [])
      assert.deepEqual(await intentsOf(s, 'away'), [])
      proxy.mend()
      await eventually(async () => {
        assert.equal((await postTicket(app, { title: 'away', content: 'x', key: 'k' })).statusCode, 201)
      })
    } finally {
      await app.close()
      await proxy.close()
    }
  })
})
