import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Fault } from '@werk/invgate-sandbox/control'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { buildApp } from '../../src/app.ts'
import { eventually } from '../kit/eventually.ts'
import { file, form } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const lotte = { sub: 'lotte@example.com', invgate_id: 5 }

/** What of a failure may differ from one request to the next is left out. */
const withoutMeta = (body: Record<string, unknown>) => ({ ...body, meta: null })

describe('one ticket in the Werk dialect', () => {
  let s: TicketService
  let id: number
  const refreshMs = 300
  before(async () => {
    s = await startTicketService({ MIRROR_FRESH_MS: '0', MIRROR_REFRESH_TIMEOUT_MS: String(refreshMs) })
  })
  beforeEach(async () => {
    await sql(s.database, 'DELETE FROM tickets')
    await s.sandbox.control.reset()
    const { headers, payload } = form(
      { name: 'title', content: 'a title' },
      { name: 'description', content: 'a description' },
      { name: 'category_id', content: '4' },
      file('é.txt', 'content', 'text/plain'),
      file('b.pdf', '%PDF-1.7\n'),
    )
    const answer = await s.app.inject({
      method: 'POST',
      url: '/api/tickets',
      headers: { ...bearer(lotte), ...headers },
      payload,
    })
    assert.equal(answer.statusCode, 201)
    id = answer.json().id
    await eventually(async () => assert.notEqual(Date.now(), Date.parse(answer.json().created_at)))
  })
  after(() => s.close())

  const get = (
    claims: { sub: string } & Record<string, unknown> = lotte,
    ticket: number | string = id,
    prefix = '/api/tickets',
  ) => s.app.inject({ url: `${prefix}/${ticket}`, headers: bearer(claims) })

  const change = async (path: string, body: object, method = 'POST') => {
    const { url, username, password } = s.sandbox
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${btoa(`${username}:${password}`)}`,
      },
      body: JSON.stringify(body),
    })
    assert.equal(((await response.json()) as { status: string }).status, 'OK')
  }

  for (const prefix of ['/api/tickets', '/api/v1/tickets'])
    it(`GET ${prefix}/:id → 200 with the ticket and its attachments, each with the url of its download`, async () => {
      const answer = await get(lotte, id, prefix)
      assert.equal(answer.statusCode, 200, answer.body)
      const { attachments, created_at, updated_at, ...ticket } = answer.json()
      assert.deepEqual(ticket, {
        id,
        title: 'a title',
        description: 'a description',
        source_id: 2,
        creator_id: 5,
        customer_id: 5,
        category_id: 4,
        type_id: 1,
        priority_id: 2,
        creator_email: lotte.sub,
        status: 'open',
      })
      for (const date of [created_at, updated_at]) assert.equal(new Date(date).toISOString(), date)
      assert.deepEqual(
        attachments.map(({ filename, content_type, size }: Record<string, unknown>) => [
          filename,
          content_type,
          size,
        ]),
        [
          ['é.txt', 'text/plain', 7],
          ['b.pdf', 'application/pdf', 9],
        ],
      )
      for (const { url } of attachments)
        assert.equal((await s.app.inject({ url, headers: bearer(lotte) })).statusCode, 200)
    })

  it('is for its creator in any case of the name, and for agents and admins of the tenant', async () => {
    for (const claims of [
      { sub: 'LOTTE@example.com' },
      { sub: 'an-agent', role: 'agent' },
      { sub: 'an-admin', role: 'admin' },
    ])
      assert.equal((await get(claims)).statusCode, 200, claims.sub)
  })

  it('foreign, of another tenant and unknown → 404, all with the same body', async () => {
    const unknown = await get(lotte, id + 1)
    assert.equal(unknown.statusCode, 404)
    assert.equal(unknown.json().error, 'ticket not found')
    const answers = [
      await get({ sub: 'max@example.com' }),
      await get({ sub: 'max@example.com', role: 'committee' }),
      await get({ sub: 'max@example.com', role: 'vendor', tenant_id: 2 }),
      await get({ ...lotte, tenant_id: 2 }),
      await get({ sub: 'an-agent', role: 'agent', tenant_id: 2 }),
      await get({ sub: 'an-admin', role: 'admin', tenant_id: 2 }),
    ]
    for (const answer of answers) {
      assert.equal(answer.statusCode, 404)
      assert.deepEqual(withoutMeta(answer.json()), withoutMeta(unknown.json()))
      assert.deepEqual(Object.keys(answer.headers).sort(), Object.keys(unknown.headers).sort())
    }
  })

  for (const wrong of ['abc', '1.5', '-1', '0', '1e3x', '9007199254740993', '%00', "1'--", '0191-'])
    it(`an id that is ${wrong} → 400 with errors.id`, async () => {
      const answer = await get(lotte, wrong)
      assert.equal(answer.statusCode, 400, answer.body)
      assert.deepEqual(Object.keys(answer.json().errors), ['id'])
    })

  const moves: [status: string, move: () => Promise<void>][] = [
    ['open', async () => {}],
    [
      'resolved',
      () => change('incident.comment', { request_id: id, comment: 'done', author_id: 1, is_solution: 1 }),
    ],
    ['closed', () => change('incident.cancel', { request_id: id, author_id: 1 })],
    ['closed', () => change('incident.reject', { request_id: id, author_id: 1 })],
    ['in_progress', () => change('incident.waitingfor.customer', { request_id: id })],
  ]
  for (const [index, [status, move]] of moves.entries())
    it(`what happens in InvGate shows as ${status}, in the detail and then in the list (${index})`, async () => {
      await move()
      const detail = await get()
      assert.equal(detail.statusCode, 200)
      assert.equal(detail.json().status, status)
      assert.equal(detail.headers['x-mirror-stale'], undefined)
      const list = await s.app.inject({ url: '/api/tickets', headers: bearer(lotte) })
      assert.equal(list.json().data[0].status, status)
      const [row] = await sql(s.database, 'SELECT status FROM tickets')
      assert.equal(row?.status, status)
    })

  it('a ticket that is fresh is shown without asking InvGate', async () => {
    const app = await buildApp({ ...s.config, MIRROR_FRESH_MS: 60_000 })
    try {
      const before = (await s.sandbox.control.requests()).length
      const answer = await app.inject({ url: `/api/tickets/${id}`, headers: bearer(lotte) })
      assert.equal(answer.statusCode, 200)
      assert.equal((await s.sandbox.control.requests()).length, before)
    } finally {
      await app.close()
    }
  })

  const outages: [string, Fault][] = [
    ['answers 500', { type: 'status', status: 500 }],
    ['answers 429', { type: 'status', status: 429 }],
    ['answers HTML', { type: 'html' }],
    ['breaks the connection', { type: 'reset' }],
    ['cuts its answer', { type: 'truncate' }],
    ['does not answer', { type: 'hang' }],
    ['is slow', { type: 'latency', ms: 5 * refreshMs }],
  ]
  for (const [what, fault] of outages)
    it(`InvGate ${what} → 200 from the mirror with x-mirror-stale, within the limit`, async () => {
      await s.sandbox.control.setFaults([{ route: 'GET incident', fault }])
      const started = performance.now()
      const answer = await get()
      assert.ok(performance.now() - started < refreshMs + 700)
      assert.equal(answer.statusCode, 200, answer.body)
      assert.equal(answer.headers['x-mirror-stale'], 'true')
      assert.equal(answer.json().title, 'a title')
      assert.equal(answer.json().attachments.length, 2)
      await s.sandbox.control.clearFaults()
      assert.equal((await get()).headers['x-mirror-stale'], undefined)
    })

  it('InvGate answers 429 and asks for a minute → 200 from the mirror, and InvGate is left alone', async () => {
    const replica = await s.startReplica()
    const url = `/api/tickets/${id}`
    const fault: Fault = { type: 'status', status: 429, retry_after: 60 }
    await s.sandbox.control.setFaults([{ route: 'GET incident', fault }])
    for (const _ of ['refused by InvGate', 'not asked for']) {
      const answer = await replica.inject({ url, headers: bearer(lotte) })
      assert.equal(answer.statusCode, 200, answer.body)
      assert.equal(answer.headers['x-mirror-stale'], 'true')
    }
    const asked = (await s.sandbox.control.requests()).filter(({ route }) => route === 'GET incident')
    assert.equal(asked.length, 1)
    await replica.close()
  })

  it('a ticket that InvGate no longer knows → 200 from the mirror with x-mirror-stale', async () => {
    await s.sandbox.control.reset()
    const answer = await get()
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.headers['x-mirror-stale'], 'true')
  })

  it('what cannot be seen is not asked for in InvGate', async () => {
    const before = (await s.sandbox.control.requests()).length
    await get({ sub: 'max@example.com' })
    await get(lotte, id + 1)
    assert.equal((await s.sandbox.control.requests()).length, before)
  })

  it('401 without a token', async () => {
    const answer = await s.app.inject({ url: `/api/tickets/${id}` })
    assert.equal(answer.statusCode, 401)
  })
})
