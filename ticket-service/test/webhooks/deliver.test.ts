import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { Webhook } from 'standardwebhooks'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'
import { addPeople, createTell, eventOf, person, reply, ticketOf } from '../notifications/tell.ts'
import { admin, announce, createClient, path, startService } from './hooks.ts'
import { answerWith, type Received, type Receiver, startReceiver } from './receiver.ts'

const mara = bearer({ sub: 'p1@example.com', uid: 1, name: 'Mara' })
const contentOf = ({ body }: Received) => JSON.parse(body)
/** As the specification's own library checks it, the age included. */
const verified = ({ body, headers }: Received, secret: string) =>
  new Webhook(secret).verify(body, {
    'webhook-id': String(headers['webhook-id']),
    'webhook-timestamp': String(headers['webhook-timestamp']),
    'webhook-signature': String(headers['webhook-signature']),
  })

describe('webhooks', () => {
  let s: TicketService
  let r: Receiver
  let t: ReturnType<typeof createTell>
  let client: ReturnType<typeof createClient>
  before(async () => {
    r = await startReceiver()
    s = await startService()
    await s.startReplica()
    t = createTell(s.database, { announce })
    client = createClient(s)
    await addPeople(s.database, [{ id: 1 }, { id: 2, role: 'agent' }])
  })
  after(async () => {
    await t.end()
    await s.close()
    await r.close()
  })
  afterEach(async () => {
    r.behave(answerWith(204))
    r.received.length = 0
    await sql(s.database, 'DELETE FROM webhooks')
    await sql(s.database, 'DELETE FROM webhook_deliveries')
  })

  const settled = (id: string, count = 1) =>
    eventually(async () => {
      const log = await client.deliveriesOf(id)
      assert.equal(log.filter(({ status }) => status !== 'pending').length, count, JSON.stringify(log))
      return log
    })
  const attempted = (id: string, attempts: number) =>
    eventually(async () => {
      const [entry] = await client.deliveriesOf(id)
      assert.equal(entry?.attempts, attempts)
      assert.ok(entry.error !== null || entry.status !== 'pending')
      return entry
    })
  const hasten = () =>
    sql(
      s.database,
      "UPDATE webhook_deliveries SET available_at = NOW(3) WHERE state = 'pending' AND last_error IS NOT NULL",
    )
  const created = (tenantId = 1) =>
    eventOf('ticket.created', ticketOf({ tenantId, userId: 1, creatorKey: 'p1@example.com' }), person(1), {})

  it('are told of a ticket that is raised, in a message that the specification’s library accepts', async () => {
    const { id, secret } = await client.add(`${r.url}/hook?a=b`)
    const body = { title: 'Fire', description: 'b', category: 'technical', priority: 'high' }
    const raised = await s.app.inject({ method: 'POST', url: '/tickets', headers: mara, payload: body })
    assert.equal(raised.statusCode, 201, raised.body)
    const [entry] = await settled(id)
    const [message, ...rest] = r.received
    assert.ok(message)
    assert.deepEqual(rest, [])
    assert.equal(message.path, '/hook?a=b')
    assert.match(String(message.headers['content-type']), /^application\/json/)
    assert.deepEqual(verified(message, secret), contentOf(message))
    const { type, timestamp, data } = contentOf(message)
    const ticket = raised.json().data
    assert.equal(type, 'ticket.created')
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000)
    assert.deepEqual(data, {
      ticket: {
        ...{ id: ticket.id, tenant_id: 1, title: 'Fire', category: 'technical', priority: 'high' },
        ...{ status: 'open', user_id: 1, agent_id: null, escalation_level: 0 },
      },
      actor: { kind: 'person', id: 1, name: 'Mara' },
    })
    assert.equal(entry?.id, message.headers['webhook-id'])
    assert.equal(entry?.event, 'ticket.created')
    assert.deepEqual([entry?.status, entry?.attempts, entry?.response_status], ['delivered', 1, 204])
    assert.deepEqual([entry?.error, entry?.next_attempt_at], [null, null])
    assert.ok(Number(entry?.duration_ms) >= 0)
  })

  it('a body, id or time that somebody changed is not accepted', async () => {
    const { id, secret } = await client.add(r.url)
    await t.tell(created())
    await settled(id)
    const [message] = r.received
    assert.ok(message)
    const other = (headers: object) => ({ ...message, headers: { ...message.headers, ...headers } })
    for (const forged of [
      { ...message, body: message.body.replace('open', 'done') },
      other({ 'webhook-id': 'another' }),
      other({ 'webhook-timestamp': String(Number(message.headers['webhook-timestamp']) + 1) }),
    ])
      assert.throws(() => verified(forged, secret), /No matching signature/)
  })

  it('are told of what they asked for, and of nothing else', async () => {
    const some = await client.add(`${r.url}/some`, { events: ['ticket.status_changed', 'ticket.replied'] })
    const off = await client.add(`${r.url}/off`, { active: false })
    const ticket = ticketOf()
    await t.tell(created())
    await t.tell(eventOf('ticket.status_changed', ticket, person(2), { from: 'in_progress' }))
    await t.tell(eventOf('ticket.assigned', ticket, person(2), { from: 7 }))
    await t.tell(eventOf('ticket.replied', ticket, person(2), reply('hello')))
    await settled(some.id, 2)
    assert.deepEqual(await client.deliveriesOf(off.id), [])
    const contents = r.received.map(contentOf).sort((a, b) => a.type.localeCompare(b.type))
    assert.deepEqual(
      contents.map(({ type }) => type),
      ['ticket.replied', 'ticket.status_changed'],
    )
    assert.equal(contents[0].data.reply.message, 'hello')
    assert.deepEqual(contents[1].data.previous, { status: 'in_progress' })
  })

  it('are not told the text of an internal note', async () => {
    const { id } = await client.add(r.url)
    await t.tell(eventOf('ticket.replied', ticketOf(), person(2), reply('a secret', { internal: true })))
    await settled(id)
    assert.deepEqual(
      r.received.map((message) => contentOf(message).data.reply.message),
      [null],
    )
    assert.ok(!JSON.stringify(r.received).includes('a secret'))
  })

  it('of one tenant are not told of another', async () => {
    const two = bearer({ sub: 'eve@example.com', uid: 901, role: 'admin', tenant_id: 2 })
    const theirs = await client.add(`${r.url}/two`, {}, two)
    const ours = await client.add(`${r.url}/one`)
    await t.tell(created(2))
    await t.tell(created(1))
    await settled(ours.id)
    await eventually(async () => assert.equal(r.received.length, 2))
    assert.deepEqual(
      r.received.map((message) => [message.path, contentOf(message).data.ticket.tenant_id]).sort(),
      [
        ['/one', 1],
        ['/two', 2],
      ],
    )
    assert.equal((await client.deliveriesOf(theirs.id, 'limit=9', two)).length, 1)
  })

  it('a cause that fails tells nobody', async () => {
    const { id } = await client.add(r.url)
    await assert.rejects(t.tellAndFail(created()))
    await t.tell(created())
    await settled(id)
    assert.equal(r.received.length, 1)
  })

  it('each of a hundred messages comes once, from two replicas', async () => {
    const { id } = await client.add(r.url)
    await Promise.all(Array.from({ length: 100 }, () => t.tell(created())))
    await eventually(async () => assert.equal(r.received.length, 100))
    await settled(id, 100)
    assert.equal(r.received.length, 100)
    assert.equal(new Set(r.received.map(({ headers }) => headers['webhook-id'])).size, 100)
  })

  it('what fails is sent again, later each time, as the same message with a new signature, and is in the log', async () => {
    r.behave(answerWith(500))
    const { id, secret } = await client.add(r.url)
    await t.tell(created())
    const waits: number[] = []
    for (const attempt of [1, 2, 3]) {
      const entry = await attempted(id, attempt)
      assert.equal(entry.status, 'pending')
      assert.equal(entry.error, 'the receiver answered 500')
      assert.equal(entry.response_status, 500)
      waits.push(Date.parse(String(entry.next_attempt_at)) - Date.now())
      await hasten()
    }
    r.behave(answerWith(200))
    const [entry] = await settled(id)
    assert.deepEqual([entry?.status, entry?.attempts, entry?.error], ['delivered', 4, null])
    const [first = 0, second = 0, third = 0] = waits
    assert.ok(first > 1000 && second > 2 * first && third > 2 * second, waits.join())
    assert.equal(new Set(r.received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size, 1)
    for (const message of r.received) verified(message, secret)
  })

  it('what fails for a day is given up, and an admin can have it sent anew', async () => {
    r.behave(answerWith(503))
    const { id } = await client.add(r.url)
    await t.tell(created())
    await attempted(id, 1)
    const [pending] = await client.deliveriesOf(id)
    const again = () => client.ask(`${path}/deliveries/${pending?.id}/redeliver`, { method: 'POST' })
    assertFailure(await again(), { status: 409, code: 'webhook_delivery.conflict' })
    await sql(s.database, 'UPDATE webhook_deliveries SET attempts = 10, available_at = NOW(3)')
    const [failed] = await settled(id)
    assert.deepEqual([failed?.status, failed?.attempts, failed?.next_attempt_at], ['failed', 11, null])

    r.behave(answerWith(204))
    const answer = await again()
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().data.status, 'pending')
    const [delivered] = await settled(id)
    assert.deepEqual([delivered?.id, delivered?.status, delivered?.attempts], [failed?.id, 'delivered', 1])
    assert.equal(new Set(r.received.map(({ headers }) => headers['webhook-id'])).size, 1)
    const other = bearer({ sub: 'eve@example.com', role: 'admin', tenant_id: 2 })
    const url = `${path}/deliveries/${pending?.id}/redeliver`
    const hidden = await client.ask(url, { method: 'POST', headers: other })
    assertFailure(hidden, { status: 404, code: 'webhook_delivery.not_found' })
  })

  it('a receiver that asks to be left alone is left alone', async () => {
    r.behave(answerWith(429, { 'retry-after': '600' }))
    const { id } = await client.add(r.url)
    await t.tell(created())
    const entry = await attempted(id, 1)
    const wait = Date.parse(String(entry.next_attempt_at)) - Date.now()
    assert.ok(wait > 590_000 && wait <= 600_000, String(wait))
  })

  it('410 switches the webhook off, and the log says so', async () => {
    r.behave(answerWith(410))
    const { id } = await client.add(r.url)
    await t.tell(created())
    const [entry] = await settled(id)
    assert.equal(entry?.status, 'failed')
    const webhook = (await client.ask(`${path}/${id}`)).json().data
    assert.deepEqual([webhook.active, webhook.disabled_reason], [false, 'its receiver answered 410'])
    await t.tell(created())
    assert.equal((await client.deliveriesOf(id)).length, 1)
    const again = await client.ask(`${path}/deliveries/${entry?.id}/redeliver`, { method: 'POST' })
    assertFailure(again, { status: 409, code: 'webhook.conflict' })
    const on = await client.ask(`${path}/${id}`, { method: 'PATCH', payload: { active: true } })
    assert.deepEqual([on.json().data.active, on.json().data.disabled_reason], [true, null])
  })

  it('redirects are not followed', async () => {
    r.behave((answer, { path }) =>
      answerWith(path === '/secret' ? 200 : 307, { location: `${r.url}/secret` })(
        answer,
        r.received[0] as Received,
      ),
    )
    const { id } = await client.add(r.url)
    await t.tell(created())
    const entry = await attempted(id, 1)
    assert.equal(entry.error, 'the receiver answered 307, and redirects are not followed')
    assert.deepEqual(
      r.received.map(({ path }) => path),
      ['/'],
    )
  })

  it('a test is one message, whose fate the answer tells, even while the webhook is switched off', async () => {
    const { id, secret } = await client.add(r.url, { active: false })
    const test = () => client.ask(`${path}/${id}/test`, { method: 'POST' })
    const good = (await test()).json().data
    assert.deepEqual([good.event, good.status, good.response_status], ['webhook.test', 'delivered', 204])
    const [message] = r.received
    assert.ok(message)
    verified(message, secret)
    assert.deepEqual(contentOf(message).data, { webhook: { id, tenant_id: 1 } })
    r.behave(answerWith(404))
    const bad = (await test()).json().data
    assert.deepEqual([bad.status, bad.response_status, bad.next_attempt_at], ['failed', 404, null])
    assert.equal((await client.deliveriesOf(id)).length, 2)
  })

  it('while a secret is being replaced both sign, afterwards the new one alone', async () => {
    const { id, secret } = await client.add(r.url)
    const rotated = await client.ask(`${path}/${id}/rotate-secret`, { method: 'POST' })
    assert.equal(rotated.statusCode, 200, rotated.body)
    const { secret: next, previous_secret_until: until } = rotated.json().data
    assert.notEqual(next, secret)
    assert.ok(Date.parse(until) - Date.now() > 23 * 3_600_000)
    await client.ask(`${path}/${id}/test`, { method: 'POST' })
    for (const either of [secret, next]) verified(r.received[0] as Received, either)
    await sql(s.database, 'UPDATE webhooks SET previous_secret_until = NOW(3) - INTERVAL 1 SECOND')
    await client.ask(`${path}/${id}/test`, { method: 'POST' })
    verified(r.received[1] as Received, next)
    assert.throws(() => verified(r.received[1] as Received, secret), /No matching signature/)
  })

  it('one that does not answer does not hold up the others', async () => {
    const slow = await startReceiver()
    slow.behave(() => {})
    const stuck = await client.add(slow.url, { events: ['ticket.assigned'] })
    const { id } = await client.add(r.url, { events: ['ticket.created'] })
    const handed = () => t.tell(eventOf('ticket.assigned', ticketOf(), person(2), { from: null }))
    await Promise.all(Array.from({ length: 60 }, handed))
    await eventually(async () => assert.ok(slow.received.length > 0))
    await t.tell(created())
    await settled(id)
    assert.ok(slow.received.length < 20, String(slow.received.length))
    await client.ask(`${path}/${stuck.id}`, { method: 'DELETE' })
    await slow.close()
  })

  it('of a webhook that was removed nothing is sent any more', async () => {
    r.behave(answerWith(500))
    const { id } = await client.add(r.url)
    await t.tell(created())
    await attempted(id, 1)
    const gone = await client.ask(`${path}/${id}`, { method: 'DELETE' })
    assert.equal(gone.statusCode, 200)
    await hasten()
    await eventually(async () => {
      const [row] = await sql(s.database, 'SELECT state, last_error FROM webhook_deliveries')
      assert.deepEqual(row, { state: 'failed', last_error: 'the webhook was removed' })
    })
    assert.equal(r.received.length, 1)
  })

  it('another replica hears within seconds of a tenant’s first webhook', async () => {
    const other = await s.startReplica()
    const three = bearer({ sub: 'eve@example.com', role: 'admin', tenant_id: 3 })
    const { id } = await client.add(r.url, {}, three)
    const body = { title: 'Fire', description: 'b', category: 'technical', priority: 'high' }
    const author = bearer({ sub: 'x@example.com', uid: 5, tenant_id: 3 })
    await eventually(async () => {
      await other.inject({ method: 'POST', url: '/tickets', headers: author, payload: body })
      assert.ok((await client.deliveriesOf(id, 'limit=9', three)).length > 0)
    })
  })

  it('the log is read a page at a time, newest first, by admins alone', async () => {
    const { id } = await client.add(r.url)
    for (let i = 0; i < 3; i += 1) await client.ask(`${path}/${id}/test`, { method: 'POST' })
    const ids = (await client.deliveriesOf(id)).map((entry) => entry.id)
    assert.deepEqual(ids, ids.toSorted().reverse())
    const first = (await client.ask(`${path}/${id}/deliveries?limit=2`)).json()
    assert.deepEqual(first.meta.pagination, {
      next_cursor: ids[1],
      has_next: true,
      has_prev: false,
      limit: 2,
    })
    const second = (await client.ask(`${path}/${id}/deliveries?limit=2&cursor=${ids[1]}`)).json()
    assert.deepEqual(
      second.data.map((entry: { id: string }) => entry.id),
      [ids[2]],
    )
    assertFailure(await client.ask(`${path}/${id}/deliveries`), { status: 400, fields: ['limit'] })
    for (const headers of [mara, bearer({ sub: 'p2@example.com', uid: 2, role: 'agent' })])
      assertFailure(await client.ask(`${path}/${id}/deliveries?limit=2`, { headers }), { status: 403 })
    assert.equal((await client.ask(`${path}/${id}/deliveries?limit=2`, { headers: admin })).statusCode, 200)
  })
})
