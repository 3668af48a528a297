import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { enrol, type Member, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { raiseInInvGate, runRound } from '../sync/rounds.ts'

const [owner, agent, otherAgent, other] = [member(7), member(9, 'agent'), member(10, 'agent'), member(8)]
const [admin, vendor] = [member(11, 'admin'), member(12, 'vendor')]
const unknown = '01a22431-3d52-7125-8f80-c64f7c3b27aa'
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('GET /tickets/:id/activities', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    await enrol(s, [owner, agent, otherAgent, other, admin, vendor])
  })
  after(() => s.close())

  const list = async (by: Member, id: string) => (await read(s.app, by, `/tickets/${id}/activities`)).json()
  /** Raised, assigned, moved on, noted, answered, closed. */
  const live = async () => {
    const { id } = await raise(s.app, owner)
    await patch(s.app, agent, id, { agent_id: agent.uid, status: 'in_progress' })
    await replyTo(s.app, agent, id, { message: 'a note', internal: true })
    await replyTo(s.app, agent, id, { message: 'an answer' })
    await patch(s.app, owner, id, { status: 'closed' })
    return id
  }

  it('tells what happened, in order and as contract 7 words it, its being raised first', async () => {
    const id = await live()
    const { data, meta, ...rest } = await list(agent, id)
    assert.deepEqual(rest, { ok: true, success: true, message: 'ok', error: null, errors: null })
    assert.deepEqual(Object.keys(meta).sort(), ['request_id', 'timestamp'])
    const seen = data.map(({ actor_id, action, message, internal }: Record<string, unknown>) => [
      ...[actor_id, action, message, internal],
    ])
    assert.deepEqual(seen, [
      [7, 'created', undefined, false],
      [9, 'status_changed', 'open → in_progress', false],
      [9, 'assigned', 'agent 9', false],
      [9, 'noted', undefined, true],
      [9, 'replied', undefined, false],
      [7, 'status_changed', 'in_progress → closed', false],
    ])
    for (const activity of data) {
      assert.match(activity.id, uuidv7)
      assert.equal(activity.ticket_id, id)
      assert.equal(new Date(activity.created_at).toISOString(), activity.created_at)
      assert.equal('message' in activity, activity.message !== undefined)
    }
    const ids = data.map((activity: { id: string }) => activity.id)
    assert.deepEqual(ids.toSorted(), ids)
    assert.equal(new Set(ids).size, ids.length)
  })

  it('is told a part at a time where it is long, and so never more than a thousand at once', async () => {
    const id = await live()
    const whole = (await list(agent, id)).data
    const parts: unknown[][] = []
    for (let cursor = ''; ; ) {
      const { data, meta } = (
        await read(s.app, agent, `/tickets/${id}/activities?limit=4${cursor && `&cursor=${cursor}`}`)
      ).json()
      parts.push(data)
      assert.deepEqual([meta.pagination.has_prev, meta.pagination.limit], [cursor !== '', 4])
      assert.equal(meta.pagination.has_next, meta.pagination.next_cursor !== undefined)
      if (!meta.pagination.has_next) break
      cursor = meta.pagination.next_cursor
    }
    assert.deepEqual(
      parts.map(({ length }) => length),
      [4, 2],
    )
    assert.deepEqual(parts.flat(), whole)
    const copies = `INSERT INTO ticket_activities SELECT UUID(), ticket_id, actor_id, actor_name, action, message, internal, created_at
      FROM ticket_activities WHERE ticket_id = '${id}'`
    for (let doubled = 0; doubled < 8; doubled += 1) await sql(s.database, copies)
    const { data, meta } = await list(agent, id)
    assert.deepEqual([data.length, meta.pagination.has_next], [1000, true])
    for (const query of ['limit=0', 'limit=1001', 'cursor=x', `cursor=${id}x`])
      assertFailure(await read(s.app, agent, `/tickets/${id}/activities?${query}`), { status: 400 })
  })

  it('is for its owner without what is internal, for all who answer it with that', async () => {
    const id = await live()
    const actions = async (by: Member) =>
      (await list(by, id)).data.map(({ action }: { action: string }) => action)
    const open = ['created', 'status_changed', 'assigned', 'replied', 'status_changed']
    assert.deepEqual(await actions(owner), open)
    for (const by of [agent, admin, vendor])
      assert.deepEqual(await actions(by), open.toSpliced(3, 0, 'noted'))
    assert.ok(!JSON.stringify(await list(owner, id)).includes('a note'))
  })

  it('is not there for whoever may not know of the ticket, as of one that is unknown; no token → 401', async () => {
    const id = await live()
    const failures = new Set<string>()
    for (const [by, target] of [
      [other, id],
      [otherAgent, id],
      [member(15, 'admin', 2), id],
      [owner, unknown],
      [admin, 'x'],
    ] as const) {
      const answer = await read(s.app, by, `/tickets/${target}/activities`)
      const { code, message } = assertFailure(answer, { status: 404 })
      failures.add(`${code} ${message}`)
    }
    assert.equal(failures.size, 1)
    assertFailure(await s.app.inject(`/tickets/${id}/activities`), { status: 401 })
  })

  it('of a token that names no account: actor_id is 0, the actor is who it says', async () => {
    const plain = { ...owner, headers: bearer({ sub: 'plain@example.com' }) }
    const { id } = await raise(s.app, plain)
    await patch(s.app, plain, id, { status: 'closed' })
    const seen = (await list(admin, id)).data.map(({ actor_id, actor }: Record<string, unknown>) => [
      actor_id,
      actor,
    ])
    assert.deepEqual(seen, [
      [0, 'plain@example.com'],
      [0, 'plain@example.com'],
    ])
  })

  it('of a ticket that was raised in InvGate says so', async () => {
    const invGateId = await raiseInInvGate(s)
    await runRound(s)
    const { data } = (await read(s.app, admin, '/tickets?limit=100')).json()
    const { id } = data.find(({ inv_gate_id }: Record<string, unknown>) => inv_gate_id === invGateId)
    const [first] = (await list(admin, id)).data
    assert.deepEqual([first.action, first.message, first.actor_id], ['created', 'raised in InvGate', 0])
  })
})
