import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { tracesOf } from '../kit/traces.ts'

const [owner, other] = [member(1), member(2)]
const [agent, colleague, admin] = [member(11, 'agent'), member(12, 'agent'), member(13, 'admin')]
const stranger = member(21, 'admin', 2)

describe('POST /tickets/:id/merge', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, other, agent, colleague, admin, stranger])
  })
  after(() => s.close())

  const merge = (by: typeof owner, id: string, into: string) =>
    send(s.app, by, 'POST', `/tickets/${id}/merge`, { into })
  const two = async (by = owner, otherBy = owner) =>
    [(await raise(s.app, by)).id, (await raise(s.app, otherBy)).id] as const
  const watching = async (id: string) =>
    (
      await sql(s.database, `SELECT user_id FROM ticket_watchers WHERE ticket_id = '${id}' ORDER BY user_id`)
    ).map(({ user_id }) => user_id)

  it('closes the one for good, names the other, links both, and leaves one trace in each', async () => {
    const [a, b] = await two(owner, other)
    await patch(s.app, agent, a, { status: 'in_progress' })
    const answer = await merge(agent, a, b)
    assert.equal(answer.statusCode, 200, answer.body)
    const merged = answer.json().data
    assert.equal(merged.id, a)
    assert.equal(merged.status, 'closed')
    assert.equal(merged.merged_into, b)
    assert.ok(merged.closed_at)
    assert.deepEqual((await read(s.app, owner, `/tickets/${a}`)).json().data, merged)
    assert.equal(answer.headers.etag, `"${merged.version}"`)

    const target = (await read(s.app, other, `/tickets/${b}`)).json().data
    assert.equal(target.status, 'open')
    assert.equal(target.merged_into, undefined)
    const [link] = (await read(s.app, agent, `/tickets/${b}/links`)).json().data
    assert.equal(link.kind, 'duplicated_by')
    assert.equal(link.ticket_id, a)

    const traces = { a: await tracesOf(s, a), b: await tracesOf(s, b) }
    assert.deepEqual(traces.a.activities.slice(1), [
      { action: 'merged', message: `into ${b}`, internal: false, actor_id: agent.uid },
    ])
    assert.deepEqual(traces.a.audit.slice(1), [
      {
        ...{ action: 'ticket.merged', actor: agent.sub },
        details: { merged_into: b, status: ['in_progress', 'closed'] },
      },
    ])
    assert.deepEqual(traces.b.activities, [
      { action: 'took_in', message: a, internal: true, actor_id: agent.uid },
    ])
    assert.deepEqual(traces.b.audit, [
      {
        ...{ action: 'ticket.took_in', actor: agent.sub },
        details: { ticket_id: a, link_id: link.id, watchers: [] },
      },
    ])
  })

  it('its replies and notes stay readable there, and nothing of it is changed any more', async () => {
    const [a, b] = await two()
    await replyTo(s.app, agent, a, { message: 'in public' })
    await replyTo(s.app, agent, a, { message: 'a note', internal: true })
    await merge(agent, a, b)
    const messages = async (by: typeof owner) =>
      (await read(s.app, by, `/tickets/${a}/replies?limit=10`))
        .json()
        .data.map((one: { message: string }) => one.message)
    assert.deepEqual(await messages(agent), ['in public', 'a note'])
    assert.deepEqual(await messages(owner), ['in public'])
    const { version } = (await read(s.app, owner, `/tickets/${a}`)).json().data
    const c = (await raise(s.app, owner)).id
    const refused = [
      await replyTo(s.app, owner, a, { message: 'more' }),
      await patch(s.app, owner, a, { status: 'open' }),
      await patch(s.app, admin, a, { agent_id: agent.uid }),
      await send(s.app, agent, 'PUT', `/tickets/${a}/tags`, { tags: ['x'] }),
      await send(s.app, agent, 'POST', `/tickets/${a}/watchers`),
      await send(s.app, agent, 'DELETE', `/tickets/${a}/watchers`),
      await send(s.app, agent, 'POST', `/tickets/${a}/links`, { ticket_id: c, kind: 'relates' }),
      await send(s.app, agent, 'POST', `/tickets/${c}/links`, { ticket_id: a, kind: 'relates' }),
    ]
    for (const answer of refused) {
      const failure = assertFailure(answer, { status: 409, code: 'ticket.conflict' })
      assert.deepEqual(failure.data, { merged_into: b })
    }
    const { data: links } = (await read(s.app, agent, `/tickets/${b}/links`)).json()
    assertFailure(await send(s.app, agent, 'DELETE', `/tickets/${b}/links/${links[0].id}`), { status: 409 })
    assert.equal((await read(s.app, owner, `/tickets/${a}`)).json().data.version, version)
  })

  it('who watched or raised it watches the other, where they may see that', async () => {
    const [a, b] = await two(other, owner)
    for (const by of [agent, colleague, admin, other]) await send(s.app, by, 'POST', `/tickets/${a}/watchers`)
    await patch(s.app, admin, b, { agent_id: colleague.uid })
    await send(s.app, admin, 'POST', `/tickets/${b}/watchers`)
    // Neither the requester of the one nor the agent who does not answer the other may see it.
    assert.equal((await merge(admin, a, b)).statusCode, 200)
    assert.deepEqual(await watching(b), [colleague.uid, admin.uid])
    const { audit } = await tracesOf(s, b)
    assert.deepEqual(audit.at(-1)?.details.watchers, [colleague.uid])
    assertFailure(await read(s.app, other, `/tickets/${b}`), { status: 404 })
  })

  it('the requester of both is told by both, one known by name alone too', async () => {
    const [a, b] = await two()
    await sql(s.database, `UPDATE tickets SET user_id = NULL WHERE id = '${a}'`)
    await merge(agent, a, b)
    assert.deepEqual(await watching(b), [owner.uid])
  })

  it('is for those who answer both; of what they may not see nothing is told', async () => {
    const [a, b] = await two()
    assertFailure(await merge(owner, a, b), { status: 403, code: 'ticket.forbidden' })
    await patch(s.app, admin, b, { agent_id: colleague.uid })
    for (const [by, id, into] of [
      [agent, a, b],
      [agent, b, a],
      [stranger, a, b],
      [other, a, b],
      [admin, a, '01890000-0000-7000-8000-000000000000'],
      [admin, 'ä', a],
    ] as const)
      assertFailure(await merge(by, id, into), { status: 404, code: 'ticket.not_found' })
    const foreign = (await raise(s.app, stranger)).id
    assertFailure(await merge(admin, a, foreign), { status: 404, code: 'ticket.not_found' })
    // An agent's own ticket that a colleague answers: seen, but not theirs to merge.
    const mine = (await raise(s.app, agent)).id
    await patch(s.app, admin, mine, { agent_id: colleague.uid })
    assertFailure(await merge(agent, mine, a), { status: 403, code: 'ticket.forbidden' })
    assertFailure(await merge(agent, a, mine), { status: 403, code: 'ticket.forbidden' })
  })

  it('refuses itself, a second time and every circle', async () => {
    const [a, b] = await two()
    const c = (await raise(s.app, owner)).id
    assertFailure(await merge(agent, a, a), { status: 400, code: 'merge.invalid', fields: ['into'] })
    assertFailure(await send(s.app, agent, 'POST', `/tickets/${a}/merge`, {}), {
      ...{ status: 400, fields: ['into'] },
    })
    await merge(agent, a, b)
    for (const [id, into] of [
      [a, b],
      [b, a],
      [a, c],
      [c, a],
    ] as const)
      assertFailure(await merge(agent, id, into), { status: 409, code: 'ticket.conflict' })
    assert.equal((await merge(agent, b, c)).statusCode, 200)
    assertFailure(await merge(agent, c, a), { status: 409 })
    assertFailure(await merge(agent, c, b), { status: 409 })
  })

  it('one that is closed already is merged without another step, and may be linked already', async () => {
    const [a, b] = await two()
    await patch(s.app, owner, a, { status: 'closed' })
    const { closed_at } = (await read(s.app, owner, `/tickets/${a}`)).json().data
    await send(s.app, agent, 'POST', `/tickets/${a}/links`, { ticket_id: b, kind: 'duplicates' })
    const answer = await merge(agent, a, b)
    assert.equal(answer.json().data.closed_at, closed_at)
    assert.equal((await read(s.app, agent, `/tickets/${b}/links`)).json().data.length, 1)
    const jobs = await sql(s.database, `SELECT kind FROM mirror_jobs WHERE ticket_id = '${a}'`)
    assert.ok(jobs.length <= 1)
  })

  it('stops its clock, tells its requester, and InvGate closes its incident', async () => {
    await send(s.app, admin, 'POST', '/vendor/tickets/sla', {
      ...{ category: 'billing', sla_response_minutes: 60, sla_resolution_minutes: 600 },
    })
    const a = (await raise(s.app, owner, { category: 'billing' })).id
    const b = (await raise(s.app, other)).id
    const incidentOf = async () => {
      const { inv_gate_id } = (await read(s.app, owner, `/tickets/${a}`)).json().data
      return (await s.sandbox.control.incidents()).find(({ id }) => id === inv_gate_id)
    }
    await eventually(async () => assert.ok(await incidentOf()))
    await merge(agent, a, b)
    const [row] = await sql(
      s.database,
      `SELECT sla_stopped_at, next_escalation_at FROM tickets WHERE id = '${a}'`,
    )
    assert.ok(row?.sla_stopped_at)
    assert.equal(row?.next_escalation_at, null)
    const told = await sql(
      s.database,
      `SELECT kind FROM notifications WHERE ticket_id = '${a}' AND user_id = ${owner.uid}`,
    )
    assert.deepEqual(told, [{ kind: 'ticket.status_changed' }])
    // 8: Cancelled, as InvGate has it for what is closed unsolved.
    await eventually(async () => assert.equal((await incidentOf())?.status_id, 8))
  })
})
