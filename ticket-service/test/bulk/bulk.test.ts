import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise, read } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { tracesOf } from '../kit/traces.ts'

const [owner, other] = [member(1), member(2)]
const [agent, colleague, admin] = [member(11, 'agent'), member(12, 'agent'), member(13, 'admin')]
const stranger = member(21, 'admin', 2)

describe('POST /tickets/bulk', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, other, agent, colleague, admin, stranger])
  })
  after(() => s.close())

  const bulk = (by: typeof owner, payload: object, app = s.app) =>
    send(app, by, 'POST', '/tickets/bulk', payload)
  const raiseMany = async (count: number, by = owner) => {
    const ids: string[] = []
    for (let i = 0; i < count; i += 1) ids.push((await raise(s.app, by)).id)
    return ids
  }
  const stateOf = async (id: string) => {
    const { status, agent_id, version } = (await read(s.app, admin, `/tickets/${id}`)).json().data
    const { tags } = (await read(s.app, admin, `/tickets/${id}/tags`)).json().data
    return { status, agent_id, version, tags }
  }

  it('moves, assigns and tags each of them at once, with the traces of one change', async () => {
    const ids = await raiseMany(3)
    const answer = await bulk(agent, { ids, status: 'in_progress', agent_id: agent.uid, tags: ['B', 'a'] })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(
      answer.json().data,
      ids.map((id) => ({ id, ok: true })),
    )
    for (const id of ids) {
      const expected = { status: 'in_progress', agent_id: agent.uid, version: 2, tags: ['a', 'b'] }
      assert.deepEqual(await stateOf(id), expected)
      const { activities, audit } = await tracesOf(s, id)
      assert.deepEqual(
        activities.map(({ action }) => action),
        ['status_changed', 'assigned', 'tagged'],
      )
      assert.equal(audit.length, 3)
    }
  })

  it('tells of each by itself, in the order asked for, and changes all of a ticket or nothing', async () => {
    const [good, closed, mine, foreign] = [...(await raiseMany(3)), ...(await raiseMany(1, stranger))] as [
      string,
      string,
      string,
      string,
    ]
    await patch(s.app, owner, closed, { status: 'closed' })
    await patch(s.app, admin, mine, { agent_id: colleague.uid })
    const unknown = '01890000-0000-7000-8000-000000000000'
    const ids = [closed, good, mine, foreign, unknown, 'no-uuid']
    const answer = await bulk(agent, { ids, status: 'in_progress', tags: ['x'] })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(
      answer.json().data.map(({ message: _, ...result }: { message?: string }) => result),
      [
        { id: closed, ok: false, code: 'ticket.conflict' },
        { id: good, ok: true },
        ...[mine, foreign, unknown, 'no-uuid'].map((id) => ({ id, ok: false, code: 'ticket.not_found' })),
      ],
    )
    assert.equal(answer.json().data[3].message, 'ticket not found')
    assert.deepEqual(await stateOf(good), {
      status: 'in_progress',
      agent_id: undefined,
      version: 2,
      tags: ['x'],
    })
    assert.deepEqual(await stateOf(closed), { status: 'closed', agent_id: undefined, version: 2, tags: [] })
    assert.deepEqual((await stateOf(mine)).tags, [])
  })

  it('an owner may close their own; what only staff may do changes nothing of the rest either', async () => {
    const [first, second] = (await raiseMany(2)) as [string, string]
    const refused = await bulk(owner, { ids: [first], status: 'closed', tags: ['x'] })
    assert.equal(refused.json().data[0].code, 'tag.forbidden')
    const alsoRefused = await bulk(owner, { ids: [first], status: 'closed', agent_id: agent.uid })
    assert.equal(alsoRefused.json().data[0].code, 'ticket.forbidden')
    assert.equal((await stateOf(first)).status, 'open')
    const done = await bulk(owner, { ids: [first, second], status: 'closed' })
    assert.deepEqual(
      done.json().data.map(({ ok }: { ok: boolean }) => ok),
      [true, true],
    )
    const ofOther = await bulk(other, { ids: [first], status: 'open' })
    assert.equal(ofOther.json().data[0].code, 'ticket.not_found')
  })

  it('an agent who is none, and null for nobody', async () => {
    const ids = await raiseMany(1)
    for (const agent_id of [owner.uid, stranger.uid, 999]) {
      const [result] = (await bulk(admin, { ids, agent_id, tags: ['x'] })).json().data
      assert.equal(result.code, 'ticket.invalid')
    }
    assert.deepEqual((await stateOf(String(ids[0]))).tags, [])
    await bulk(admin, { ids, agent_id: agent.uid })
    await bulk(admin, { ids, agent_id: null })
    assert.equal((await stateOf(String(ids[0]))).agent_id, undefined)
  })

  it('a ticket named twice is changed once', async () => {
    const [id] = (await raiseMany(1)) as [string]
    const { data } = (await bulk(agent, { ids: [id, id], tags: ['once'] })).json()
    assert.deepEqual(data, [{ id, ok: true }])
    assert.equal((await stateOf(id)).version, 2)
  })

  it('refuses as a whole what is no bulk change', async () => {
    const ids = await raiseMany(1)
    assertFailure(await bulk(agent, { ids }), { status: 400, code: 'bulk.required' })
    assertFailure(await bulk(agent, { ids: [], tags: [] }), { status: 400, fields: ['ids'] })
    assertFailure(await bulk(agent, { ids: Array.from({ length: 101 }, (_, i) => `${i}`), tags: [] }), {
      ...{ status: 400, fields: ['ids'] },
    })
    assertFailure(await bulk(agent, { ids, status: 'gone' }), { status: 400, fields: ['status'] })
    assertFailure(await bulk(agent, { ids, tags: [' '] }), { status: 400, code: 'tag.invalid' })
    assertFailure(await s.app.inject({ method: 'POST', url: '/tickets/bulk', payload: { ids } }), {
      status: 401,
    })
  })

  it('100 at once from two replicas: each ticket is wholly one of them', async () => {
    const replica = await s.startReplica()
    const ids = await raiseMany(50)
    const wanted = [
      { agent_id: agent.uid, tags: ['first'] },
      { agent_id: colleague.uid, tags: ['second'] },
    ]
    const answers = await Promise.all([
      bulk(admin, { ids, ...wanted[0] }),
      bulk(admin, { ids: ids.toReversed(), ...wanted[1] }, replica),
    ])
    for (const answer of answers)
      assert.ok(
        answer.json().data.every(({ ok }: { ok: boolean }) => ok),
        answer.body,
      )
    const rows = await sql(
      s.database,
      `SELECT t.agent_id, g.tag FROM tickets t JOIN ticket_tags g ON g.ticket_id = t.id WHERE t.id IN ('${ids.join("', '")}')`,
    )
    assert.equal(rows.length, 50)
    for (const { agent_id, tag } of rows) assert.equal(tag, agent_id === agent.uid ? 'first' : 'second')
  })

  it('what goes wrong on our side is told of its ticket, changes nothing of it, and ends the rest', async () => {
    const ids = (await raiseMany(3)) as [string, string, string]
    await sql(
      s.database,
      `CREATE TRIGGER fail_one BEFORE INSERT ON ticket_tags FOR EACH ROW
        IF NEW.ticket_id = '${ids[1]}' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'a secret'; END IF`,
    )
    try {
      const answer = await bulk(agent, { ids, status: 'in_progress', tags: ['x'] })
      assert.equal(answer.statusCode, 200, answer.body)
      assert.deepEqual(
        answer.json().data.map(({ code = 'ok' }: { code?: string }) => code),
        ['ok', 'bulk.internal', 'bulk.unavailable'],
      )
      assert.doesNotMatch(answer.body, /secret|SQL/)
      for (const [i, status] of ['in_progress', 'open', 'open'].entries())
        assert.equal((await stateOf(String(ids[i]))).status, status)
    } finally {
      await sql(s.database, 'DROP TRIGGER fail_one')
    }
  })
})
