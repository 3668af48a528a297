import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member, raise, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { intentsOf } from '../kit/intents.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { callInvGate, raiseInInvGate, runRound } from '../sync/rounds.ts'
import { auditOf } from './parked-job.ts'

const path = '/admin/invgate-mapping'
const admin = member(1, 'admin', 2)
const mara = member(10, 'user', 2, 77)

describe("the mapping to InvGate's categories and priorities", () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({
      INVGATE_CATEGORY_MAP: 'billing:11,billing:12,technical:5',
      INVGATE_PRIORITY_MAP: 'low:1,high:4',
      ARMMADA_DEFAULT_CATEGORY_ID: '99',
      ARMMADA_DEFAULT_PRIORITY_ID: '98',
    })
  })
  beforeEach(async () => {
    await s.sandbox.control.clearFaults()
    await change(admin, 'DELETE')
    await change(admin, 'DELETE', undefined, '/failures')
  })
  after(() => s.close())

  const change = (by: Member, method: 'PUT' | 'DELETE', payload?: object, below = '') =>
    s.app.inject({
      ...{ method, url: path + below, headers: by.headers },
      ...(payload !== undefined && { payload }),
    })
  const get = async (by: Member = admin) => {
    const answer = await read(s.app, by, path)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().data
  }
  const set = async (payload: object, by: Member = admin) => {
    const answer = await change(by, 'PUT', payload)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().data
  }
  /** What InvGate has of a title: category and priority. */
  const incident = (title: string) =>
    eventually(async () => {
      const found = (await s.sandbox.control.incidents()).find((one) => one.title === title)
      assert.ok(found, title)
      return [found.category_id, found.priority_id]
    })
  const sent = async (title: string, fields: object, by: Member = mara) => {
    await raise(s.app, by, { title, ...fields })
    return incident(title)
  }
  const value = (ids: number[], sentId: number, source: string) => ({ ids, sent: sentId, source })

  it("a tenant that has set none has the installation's, and each value says where it comes from", async () => {
    assert.deepEqual(await get(), {
      source: 'installation',
      categories: {
        billing: value([11, 12], 11, 'installation'),
        technical: value([5], 5, 'installation'),
        account: value([], 99, 'default'),
        service: value([], 99, 'default'),
      },
      priorities: {
        low: value([1], 1, 'installation'),
        medium: value([], 98, 'default'),
        high: value([4], 4, 'installation'),
      },
      statuses: { open: [], in_progress: [], resolved: [], closed: [] },
      people: [],
      failures: [],
    })
  })

  it("its own takes the place of the installation's as a whole, at once, until it is removed", async () => {
    assert.deepEqual(await sent('of the installation', { category: 'billing', priority: 'high' }), [11, 4])
    const data = await set({ categories: { billing: [21, 22] }, priorities: { medium: [31] } })
    assert.deepEqual(data, await get())
    assert.equal(data.source, 'tenant')
    assert.deepEqual(data.categories.billing, value([21, 22], 21, 'tenant'))
    assert.deepEqual(data.categories.technical, value([], 99, 'default'))
    assert.deepEqual(data.priorities.high, value([], 98, 'default'))
    assert.deepEqual(await sent('of the tenant', { category: 'billing', priority: 'medium' }), [21, 31])
    const removed = await change(admin, 'DELETE')
    assert.equal(removed.json().data.source, 'installation')
    assert.deepEqual(
      await sent('of the installation again', { category: 'billing', priority: 'low' }),
      [11, 1],
    )
  })

  it('whoever comes from InvGate is known by any of the ids', async () => {
    const operator = member(3, 'admin', 1)
    await set({ categories: { account: [71, 72] }, priorities: { high: [81, 82] } }, operator)
    const id = await raiseInInvGate(s, { category_id: 72, priority_id: 82 })
    assert.equal(await runRound(s), 'complete')
    const [row] = await sql(s.database, `SELECT category, priority FROM tickets WHERE inv_gate_id = ${id}`)
    assert.deepEqual({ ...row }, { category: 'account', priority: 'high' })
    await change(operator, 'DELETE')
  })

  it('what has no counterpart is told with the ticket where it was seen last, until it is forgotten', async () => {
    await sent('unmapped 1', { category: 'service', priority: 'low' })
    const { id } = await raise(s.app, mara, { title: 'unmapped 2', category: 'service', priority: 'medium' })
    await incident('unmapped 2')
    const { failures } = await get()
    const seen = failures.map(({ first_at, last_at, ...rest }: Record<string, string>) => {
      assert.ok(Date.parse(String(first_at)) <= Date.parse(String(last_at)))
      return rest
    })
    assert.deepEqual(
      new Set(seen),
      new Set([
        { kind: 'category', value: 'service', ticket_id: id, occurrences: 2 },
        { kind: 'priority', value: 'medium', ticket_id: id, occurrences: 1 },
      ]),
    )
    assert.deepEqual((await get(member(5, 'admin', 3))).failures, [])
    const answer = await change(admin, 'DELETE', undefined, '/failures')
    assert.equal(answer.json().data, null)
    assert.deepEqual((await get()).failures, [])
  })

  it('a ticket whose category InvGate rejects goes there by the mended mapping when it is sent again', async () => {
    await set({ categories: { technical: [666] }, priorities: { low: [1] } })
    const body = { error: 'Unknown category 666', status: 428 }
    await s.sandbox.control.setFaults([
      { route: 'POST incidents', fault: { type: 'status', status: 428, body } },
    ])
    const { id } = await raise(s.app, mara, { title: 'rejected', category: 'technical', priority: 'high' })
    await eventually(async () => {
      const [intent] = await intentsOf(s, 'rejected')
      assert.deepEqual([intent?.state, intent?.parked], ['failed', true])
    })
    assert.deepEqual(
      (await get()).failures.map(({ kind, value: of, ticket_id }: Record<string, string>) => [
        kind,
        of,
        ticket_id,
      ]),
      [['priority', 'high', id]],
    )
    await s.sandbox.control.clearFaults()
    await set({ categories: { technical: [55] }, priorities: { high: [44] } })
    const resent = await s.app.inject({
      method: 'POST',
      url: `/admin/ticket-intents/${id}/resend`,
      headers: admin.headers,
      payload: {},
    })
    assert.equal(resent.statusCode, 200, resent.body)
    assert.deepEqual(await incident('rejected'), [55, 44])
  })

  it('statuses and people of its own count for what comes and goes; what it does not name is as in the installation', async () => {
    const operator = member(3, 'admin', 1)
    const agent = member(60, 'agent', 1)
    await enrol(s, [agent, { ...mara, tenantId: 1 }])
    const none = { categories: {}, priorities: {} }
    const data = await set(
      { ...none, statuses: { closed: [3] }, people: [{ user_id: 60, inv_gate_id: 4711 }] },
      operator,
    )
    assert.deepEqual(data.statuses, { open: [], in_progress: [], resolved: [], closed: [3] })
    assert.deepEqual(data.people, [{ user_id: 60, inv_gate_id: 4711 }])
    const id = await raiseInInvGate(s)
    await callInvGate(s, 'POST', 'incident.reassign', { request_id: id, author_id: 1, agent_id: 4711 })
    await runRound(s)
    const [row] = await sql(s.database, `SELECT id FROM tickets WHERE inv_gate_id = ${id}`)
    const seen = await read(s.app, operator, `/tickets/${row?.id}`)
    assert.deepEqual([seen.json().data.status, seen.json().data.agent_id], ['open', 60])
    await replyTo(s.app, agent, String(row?.id), { message: 'by 4711' })
    await eventually(async () => {
      const incidents = await s.sandbox.control.incidents()
      const comments = incidents.find((one) => one.id === id)?.comments ?? []
      assert.deepEqual(
        comments.map(({ author_id }) => author_id),
        [4711],
      )
    })
    await change(operator, 'DELETE')
  })

  it('tenants have mappings of their own; an operator who names a tenant changes its', async () => {
    const other = member(6, 'admin', 4)
    await set({ categories: { billing: [41] }, priorities: {} }, other)
    assert.equal((await get()).source, 'installation')
    const operator = member(7, 'vendor', 1)
    await set(
      { categories: { billing: [42] }, priorities: {} },
      {
        ...operator,
        headers: { ...operator.headers, 'x-tenant-id': '4' },
      },
    )
    assert.deepEqual((await get(other)).categories.billing, value([42], 42, 'tenant'))
    assert.equal((await get(operator)).source, 'installation')
  })

  it('each change is one entry of the audit, with what it was and what it became', async () => {
    const inTenant = member(8, 'admin', 5)
    await set({ categories: { billing: [1, 2] }, priorities: {} }, inTenant)
    await set({ categories: {}, priorities: { low: [3] } }, inTenant)
    await change(inTenant, 'DELETE')
    await change(inTenant, 'DELETE', undefined, '/failures')
    const of = async (what: string) =>
      (await auditOf(s, 'invgate_mapping', `invgate_mapping.${what}`)).filter(({ by }) => by === inTenant.uid)
    const [first, second] = [
      { categories: { billing: [1, 2] }, priorities: {}, statuses: {}, people: [] },
      { categories: {}, priorities: { low: [3] }, statuses: {}, people: [] },
    ]
    assert.deepEqual(await of('set'), [
      { by: 8, from: null, to: first },
      { by: 8, from: first, to: second },
    ])
    assert.deepEqual(await of('removed'), [{ by: 8, from: second }])
    assert.deepEqual(await of('failures_forgotten'), [{ by: 8 }])
  })

  it('what is wrong is told by field, and nothing is set', async () => {
    const none = { categories: {}, priorities: {} }
    const cases: [object, string[]][] = [
      [{}, ['categories', 'priorities']],
      [{ ...none, statuses: { waiting: [4] } }, ['statuses.waiting']],
      [{ ...none, statuses: { open: [4], closed: [4] } }, ['statuses.closed']],
      [{ ...none, people: [{ user_id: 0, inv_gate_id: 1 }] }, ['people.0.user_id']],
      [
        {
          ...none,
          people: [
            { user_id: 5, inv_gate_id: 1 },
            { user_id: 5, inv_gate_id: 2 },
          ],
        },
        ['people'],
      ],
      [{ ...none, categories: { sales: [1] } }, ['categories.sales']],
      [{ ...none, categories: { billing: 11 } }, ['categories.billing']],
      [{ ...none, categories: { billing: [0] } }, ['categories.billing.0']],
      [{ ...none, categories: { billing: ['11'] } }, ['categories.billing.0']],
      [{ ...none, categories: { billing: [1e15] } }, ['categories.billing.0']],
      [{ ...none, categories: { billing: [1, 1] } }, ['categories.billing']],
      [{ ...none, priorities: { low: Array.from({ length: 101 }, (_, n) => n + 1) } }, ['priorities.low']],
      [{ ...none, categories: { billing: [1, 2], service: [3, 2] } }, ['categories.service']],
    ]
    for (const [payload, fields] of cases)
      assertFailure(await change(admin, 'PUT', payload), { status: 400, fields })
    assert.equal((await get()).source, 'installation')
    const most = Array.from({ length: 100 }, (_, n) => 900_000_000_000_000 + n)
    await set({ categories: { billing: most }, priorities: { low: most } })
  })

  it('other roles are refused on every route, and nobody without a token', async () => {
    for (const role of ['user', 'committee', 'agent', 'vendor'] as const) {
      const other = member(50, role, 2)
      for (const answer of [
        await read(s.app, other, path),
        await change(other, 'PUT', { categories: {}, priorities: {} }),
        await change(other, 'DELETE'),
        await change(other, 'DELETE', undefined, '/failures'),
      ])
        assertFailure(answer, { status: 403, code: 'auth.forbidden' })
    }
    assertFailure(await s.app.inject({ url: path }), { status: 401 })
  })
})
