import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member, patch, raise, read } from '../kit/desk.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const path = '/admin/audit'
const [mara, agent, admin] = [member(10, 'user', 2), member(11, 'agent', 2), member(12, 'admin', 2)]

describe('the audit', () => {
  let s: TicketService
  const ids: string[] = []
  before(async () => {
    s = await startTicketService()
    await enrol(s, [mara, agent, admin])
    for (const title of ['one', 'two']) {
      const { id } = await raise(s.app, mara, { title })
      await patch(s.app, agent, id, { status: 'in_progress' })
      await patch(s.app, admin, id, { agent_id: agent.uid })
      ids.push(id)
    }
  })
  after(() => s.close())

  const entries = async (query: string, by: Member = admin) => {
    const answer = await read(s.app, by, `${path}?${query}`)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json()
  }
  const actionsOf = async (query: string, by?: Member) =>
    (await entries(query, by)).data.map(({ action }: { action: string }) => action)

  it('an admin reads who did what to what, newest first', async () => {
    const { data, meta } = await entries('limit=100')
    assert.deepEqual(meta.pagination, { has_next: false, has_prev: false, limit: 100 })
    const actions = data.map(({ action, subject }: Record<string, string>) => [action, subject])
    assert.deepEqual(actions, [
      ['ticket.assigned', `ticket:${ids[1]}`],
      ['ticket.status_changed', `ticket:${ids[1]}`],
      ['ticket.assigned', `ticket:${ids[0]}`],
      ['ticket.status_changed', `ticket:${ids[0]}`],
    ])
    const { seq, at, request_id: requestId, ...last } = data.at(-1)
    assert.ok(Number.isSafeInteger(seq) && seq > 0)
    assert.ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
    assert.match(requestId, /^[A-Za-z0-9._-]+$/)
    assert.deepEqual(last, {
      tenant_id: 2,
      actor_id: agent.uid,
      actor: agent.sub,
      action: 'ticket.status_changed',
      subject: `ticket:${ids[0]}`,
      address: '127.0.0.1',
      details: { status: ['open', 'in_progress'] },
    })
  })

  it('subject, action and actor narrow it, alone and together', async () => {
    const both = ['ticket.assigned', 'ticket.status_changed']
    assert.deepEqual(await actionsOf(`limit=9&subject=ticket:${ids[0]}`), both)
    assert.deepEqual(await actionsOf('limit=9&action=ticket.assigned'), [
      'ticket.assigned',
      'ticket.assigned',
    ])
    assert.equal((await actionsOf(`limit=9&actor_id=${agent.uid}`)).length, 2)
    assert.deepEqual(
      await actionsOf(`limit=9&actor_id=${agent.uid}&action=ticket.status_changed&subject=ticket:${ids[1]}`),
      ['ticket.status_changed'],
    )
    assert.deepEqual(await actionsOf(`limit=9&subject=${encodeURIComponent("ä' OR 1=1")}`), [])
  })

  it('the cursor leads through all of it, a page at a time', async () => {
    const all = (await entries('limit=100')).data.map(({ seq }: { seq: number }) => seq)
    const seen: number[] = []
    for (let cursor = ''; ; ) {
      const { data, meta } = await entries(`limit=1${cursor && `&cursor=${cursor}`}`)
      seen.push(data[0].seq)
      assert.equal(meta.pagination.has_prev, cursor !== '')
      if (!meta.pagination.has_next) break
      cursor = meta.pagination.next_cursor
    }
    assert.deepEqual(seen, all)
  })

  it('of the own tenant alone; an operator reads that of any tenant that X-Tenant-ID names', async () => {
    assert.deepEqual(await actionsOf('limit=9', member(20, 'admin', 3)), [])
    for (const role of ['admin', 'vendor'] as const) {
      const operator = member(21, role, 1)
      assert.deepEqual(await actionsOf('limit=9', operator), [])
      const named = { ...operator, headers: { ...operator.headers, 'x-tenant-id': '2' } }
      assert.equal((await actionsOf('limit=9', named)).length, 4)
    }
  })

  it('other roles are refused, and nobody reads it without a token', async () => {
    for (const role of ['user', 'committee', 'agent', 'vendor'] as const)
      assertFailure(await read(s.app, member(30, role, 2), `${path}?limit=1`), {
        status: 403,
        code: 'auth.forbidden',
      })
    assertFailure(await s.app.inject({ url: `${path}?limit=1` }), { status: 401 })
  })

  it('a list without a limit, or with a filter that is none, is 400', async () => {
    const wrong = { '': 'limit', 'limit=0': 'limit', 'limit=101': 'limit', 'limit=9&cursor=0': 'cursor' }
    const filters = { 'limit=9&actor_id=x': 'actor_id', 'limit=9&subject=': 'subject' }
    for (const [query, field] of Object.entries({ ...wrong, ...filters }))
      assertFailure(await read(s.app, admin, `${path}?${query}`), { status: 400, fields: [field] })
  })
})
