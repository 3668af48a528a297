import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [owner, agent, otherAgent] = [member(7), member(9, 'agent'), member(10, 'agent')]
const [admin, vendor, committee] = [member(11, 'admin'), member(12, 'vendor'), member(13, 'committee')]
const [idle, foreign] = [member(14, 'agent'), member(15, 'agent', 2)]
const unknown = '01a22431-3d52-7125-8f80-c64f7c3b27aa'

describe('PATCH /tickets/:id', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    await enrol(s, [owner, agent, otherAgent, admin, vendor, committee, foreign, { ...idle, active: false }])
  })
  after(() => s.close())

  const activitiesOf = async (
    id: string,
  ): Promise<{ action: string; message?: string; actor_id: number }[]> =>
    (await read(s.app, admin, `/tickets/${id}/activities`)).json().data.slice(1)
  const actionsOf = async (id: string) => (await activitiesOf(id)).map(({ action }) => action)
  const auditOf = (id: string) =>
    sql(
      s.database,
      `SELECT actor_id, action, details FROM audit_entries WHERE subject = 'ticket:${id}' ORDER BY seq`,
    )
  const now = async (id: string) => (await read(s.app, admin, `/tickets/${id}`)).json().data

  describe('assigns', () => {
    for (const [who, { uid }] of Object.entries({ agent, admin, vendor }))
      it(`an active ${who} of the tenant: one activity, one audit entry`, async () => {
        const { id } = await raise(s.app, owner)
        const answer = await patch(s.app, otherAgent, id, { agent_id: uid })
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.json().data.agent_id, uid)
        assert.equal((await now(id)).agent_id, uid)
        const seen = (await activitiesOf(id)).map(({ action, message, actor_id }) => [
          action,
          message,
          actor_id,
        ])
        assert.deepEqual(seen, [['assigned', `${who} ${uid}`, otherAgent.uid]])
        assert.deepEqual(await auditOf(id), [
          {
            ...{ actor_id: otherAgent.uid, action: 'ticket.assigned' },
            details: JSON.stringify({ agent_id: [null, uid] }),
          },
        ])
      })

    const nobody = { 'no account': 999, 'an account that is not active': idle.uid, 'a plain user': owner.uid }
    const refused = { ...nobody, 'a committee member': committee.uid, "another tenant's agent": foreign.uid }
    for (const [who, uid] of Object.entries(refused))
      it(`not ${who} → 400 with the field, and a good status beside it is not set either`, async () => {
        const { id } = await raise(s.app, owner)
        for (const body of [{ agent_id: uid }, { agent_id: uid, status: 'in_progress', waiting: true }]) {
          const answer = await patch(s.app, agent, id, body)
          assertFailure(answer, { status: 400, code: 'ticket.invalid', fields: ['agent_id'] })
        }
        assert.deepEqual([(await now(id)).status, (await now(id)).version], ['open', 1])
        assert.deepEqual(await actionsOf(id), [])
        assert.deepEqual(await auditOf(id), [])
      })

    it('an agent of the tenant that an operator works in, not of the operator’s own', async () => {
      const { id } = await raise(s.app, member(16, 'user', 2))
      const headers = { 'x-tenant-id': '2' }
      assertFailure(await patch(s.app, admin, id, { agent_id: agent.uid }, headers), { status: 400 })
      assert.equal((await patch(s.app, admin, id, { agent_id: foreign.uid }, headers)).statusCode, 200)
    })

    it('nobody by null, whoever is assigned', async () => {
      const { id } = await raise(s.app, owner)
      await patch(s.app, agent, id, { agent_id: agent.uid })
      const answer = await patch(s.app, agent, id, { agent_id: null })
      assert.equal(answer.statusCode, 200)
      assert.equal('agent_id' in answer.json().data, false)
      assert.deepEqual(await actionsOf(id), ['assigned', 'unassigned'])
      assert.equal((await patch(s.app, otherAgent, id, { status: 'in_progress' })).statusCode, 200)
    })

    it('whoever is assigned already, or nobody where nobody is: 200, and nothing is written', async () => {
      const { id } = await raise(s.app, owner)
      assert.equal((await patch(s.app, agent, id, { agent_id: null })).json().data.version, 1)
      await patch(s.app, agent, id, { agent_id: agent.uid })
      assert.equal((await patch(s.app, agent, id, { agent_id: agent.uid })).json().data.version, 2)
      assert.deepEqual(await actionsOf(id), ['assigned'])
    })

    it('to another, and whoever gave it away does not see it any more', async () => {
      const { id } = await raise(s.app, owner)
      await patch(s.app, agent, id, { agent_id: agent.uid })
      assert.equal((await patch(s.app, agent, id, { agent_id: otherAgent.uid })).statusCode, 200)
      assertFailure(await read(s.app, agent, `/tickets/${id}`), { status: 404 })
      assert.equal((await read(s.app, otherAgent, `/tickets/${id}`)).statusCode, 200)
    })

    it('for nobody but those who answer it: its owner → 403', async () => {
      const { id } = await raise(s.app, owner)
      for (const agent_id of [agent.uid, owner.uid, null])
        assertFailure(await patch(s.app, owner, id, { agent_id }), { status: 403, code: 'ticket.forbidden' })
      assertFailure(await patch(s.app, owner, id, { agent_id: agent.uid, status: 'closed' }), { status: 403 })
      assert.equal((await now(id)).version, 1)
    })
  })

  describe('is atomic', () => {
    it('status and agent at once: one version, two activities, one answer', async () => {
      const { id } = await raise(s.app, owner)
      const answer = await patch(s.app, agent, id, { status: 'in_progress', agent_id: agent.uid })
      const { status, agent_id, version } = answer.json().data
      assert.deepEqual([status, agent_id, version], ['in_progress', agent.uid, 2])
      assert.deepEqual(await actionsOf(id), ['status_changed', 'assigned'])
    })

    it('a good agent and a step that is none → 409, and nobody is assigned', async () => {
      const { id } = await raise(s.app, owner)
      const answer = await patch(s.app, agent, id, { status: 'closed', agent_id: agent.uid })
      assertFailure(answer, { status: 409, fields: ['status'] })
      assert.equal('agent_id' in (await now(id)), false)
      assert.deepEqual(await actionsOf(id), [])
      assert.deepEqual(await auditOf(id), [])
    })

    it('a status and that it waits, also where it waited before', async () => {
      const { id } = await raise(s.app, owner)
      await patch(s.app, agent, id, { waiting: true })
      const answer = await patch(s.app, agent, id, { status: 'in_progress', waiting: true })
      const { status, waiting_since } = answer.json().data
      assert.deepEqual([status, typeof waiting_since], ['in_progress', 'string'])
    })
  })

  it('lets it wait for its requester and go on, for those who answer it alone', async () => {
    const { id } = await raise(s.app, owner)
    assertFailure(await patch(s.app, owner, id, { waiting: true }), { status: 403, code: 'ticket.forbidden' })
    const waits = await patch(s.app, agent, id, { waiting: true })
    assert.equal(waits.json().data.status, 'open')
    assert.ok(Date.parse(waits.json().data.waiting_since) <= Date.now())
    assert.equal((await patch(s.app, agent, id, { waiting: true })).json().data.version, 2)
    assert.equal('waiting_since' in (await patch(s.app, agent, id, { waiting: false })).json().data, false)
    assert.deepEqual(await actionsOf(id), ['waiting', 'resumed'])
    await patch(s.app, agent, id, { waiting: true })
    const moved = await patch(s.app, agent, id, { status: 'in_progress' })
    assert.equal('waiting_since' in moved.json().data, false)
  })

  it('bad input → 400 with the fields, before anything else is looked at', async () => {
    const { id } = await raise(s.app, owner)
    const bad: [object, string[]][] = [
      [{}, ['body']],
      [{ status: 'done' }, ['status']],
      [{ status: null }, ['status']],
      [{ status: 'Open' }, ['status']],
      [{ agent_id: 0 }, ['agent_id']],
      [{ agent_id: '9' }, ['agent_id']],
      [{ agent_id: 1.5 }, ['agent_id']],
      [{ agent_id: 2 ** 53 }, ['agent_id']],
      [{ waiting: 'yes' }, ['waiting']],
      [{ status: 1, agent_id: 'x' }, ['status', 'agent_id']],
      [[], ['body']],
    ]
    for (const [body, fields] of bad)
      assertFailure(await patch(s.app, agent, id, body), { status: 400, fields })
    assert.equal((await now(id)).version, 1)
  })

  it('an id that is unknown, of another tenant or none at all → the same 404', async () => {
    const { id } = await raise(s.app, owner)
    const seen = new Set<string>()
    for (const target of [id, unknown, 'x', '%00', '1', encodeURIComponent("' OR 1=1 --"), 'ü'.repeat(10)]) {
      const answer = await patch(s.app, foreign, encodeURI(target), { agent_id: foreign.uid })
      const { code, error } = assertFailure(answer, { status: 404 })
      seen.add(`${code} ${error}`)
    }
    assert.equal(seen.size, 1)
  })

  it('tells the owner and the agent of it, each once, and never whoever did it', async () => {
    const { id } = await raise(s.app, owner)
    await patch(s.app, agent, id, { agent_id: agent.uid })
    await sql(s.database, `DELETE FROM notifications WHERE ticket_id = '${id}'`)
    await patch(s.app, agent, id, { status: 'in_progress' })
    await patch(s.app, owner, id, { status: 'closed' })
    const told = await sql(
      s.database,
      `SELECT user_id, kind FROM notifications WHERE ticket_id = '${id}' ORDER BY id`,
    )
    assert.deepEqual(told, [
      { user_id: owner.uid, kind: 'ticket.status_changed' },
      { user_id: agent.uid, kind: 'ticket.status_changed' },
    ])
  })

  it('an owner’s word that it is settled counts, whatever was waited for', async () => {
    const { id } = await raise(s.app, owner)
    await replyTo(s.app, agent, id, { message: 'is it?', waiting: true })
    const closed = await patch(s.app, owner, id, { status: 'closed' })
    assert.equal(closed.statusCode, 200)
    assert.equal('waiting_since' in closed.json().data, false)
  })
})
