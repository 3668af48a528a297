import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise, replyTo } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { tracesOf } from '../kit/traces.ts'

const [owner, other] = [member(1), member(2)]
const [agent, colleague, admin] = [member(11, 'agent'), member(12, 'agent'), member(13, 'admin')]
const gone = { ...member(14, 'agent'), active: false }
const stranger = member(21, 'admin', 2)
const operator = member(31, 'vendor', 1)

describe('POST /tickets/:id/watchers', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, other, agent, colleague, admin, gone, stranger, operator])
  })
  after(() => s.close())

  const watch = (by: typeof owner, id: string, payload?: object) =>
    send(s.app, by, 'POST', `/tickets/${id}/watchers`, payload)
  const idsOf = (answer: { json(): { data: { user_id: number }[] } }) =>
    answer.json().data.map(({ user_id }) => user_id)
  const told = async (ticketId: string) =>
    (
      await sql(
        s.database,
        `SELECT user_id FROM notifications WHERE ticket_id = '${ticketId}' AND kind = 'ticket.replied' ORDER BY user_id`,
      )
    ).map(({ user_id }) => user_id)

  it('without a body whoever asks watches, once, and is told of replies', async () => {
    const { id } = await raise(s.app, owner)
    const answer = await watch(admin, id)
    assert.equal(answer.statusCode, 200, answer.body)
    const [watcher] = answer.json().data
    assert.deepEqual({ ...watcher, created_at: '' }, { user_id: 13, name: 'admin 13', created_at: '' })
    assert.equal(new Date(watcher.created_at).toISOString(), watcher.created_at)
    assert.deepEqual(idsOf(await watch(admin, id)), [13])
    assert.deepEqual(idsOf(await watch(admin, id, {})), [13])

    assert.equal((await replyTo(s.app, agent, id, { message: 'hello' })).statusCode, 201)
    assert.deepEqual(await told(id), [owner.uid, admin.uid])
  })

  it('makes one activity for those who answer the ticket, one entry of the audit, one version', async () => {
    const { id } = await raise(s.app, owner)
    await watch(agent, id, { user_id: admin.uid })
    await watch(agent, id, { user_id: admin.uid })
    assert.deepEqual(await tracesOf(s, id), {
      activities: [{ action: 'watched', message: 'admin 13', internal: true, actor_id: agent.uid }],
      audit: [{ action: 'ticket.watched', actor: agent.sub, details: { user_id: admin.uid } }],
    })
    assert.equal((await send(s.app, owner, 'GET', `/tickets/${id}`)).json().data.version, 2)
    const seen = await send(s.app, owner, 'GET', `/tickets/${id}/activities`)
    assert.deepEqual(
      seen.json().data.map(({ action }: { action: string }) => action),
      ['created'],
    )
  })

  it('an owner watches their own ticket, and is shown nobody else who does', async () => {
    const { id } = await raise(s.app, owner)
    await watch(agent, id)
    assert.deepEqual(idsOf(await watch(owner, id)), [owner.uid])
    assert.deepEqual(idsOf(await watch(colleague, id)), [owner.uid, agent.uid, colleague.uid])
    assert.deepEqual(idsOf(await send(s.app, owner, 'GET', `/tickets/${id}/watchers`)), [owner.uid])
    assert.equal((await send(s.app, admin, 'GET', `/tickets/${id}/watchers`)).json().data.length, 3)
  })

  it('only those who answer the ticket name others, and only others who may see it', async () => {
    const { id } = await raise(s.app, owner)
    assertFailure(await watch(owner, id, { user_id: agent.uid }), { status: 403, code: 'watcher.forbidden' })
    for (const userId of [other.uid, gone.uid, stranger.uid, 999])
      assertFailure(await watch(agent, id, { user_id: userId }), {
        ...{ status: 400, code: 'watcher.invalid', fields: ['user_id'] },
      })
    assert.deepEqual(idsOf(await watch(agent, id, { user_id: owner.uid })), [owner.uid])
    await patch(s.app, agent, id, { agent_id: agent.uid })
    assertFailure(await watch(agent, id, { user_id: colleague.uid }), { status: 400 })
    assert.deepEqual(idsOf(await watch(agent, id, { user_id: admin.uid })), [owner.uid, admin.uid])
  })

  it('what the caller may not see is not there', async () => {
    const { id } = await raise(s.app, owner)
    await patch(s.app, agent, id, { agent_id: agent.uid })
    for (const by of [other, colleague, stranger])
      assertFailure(await watch(by, id), { status: 404, code: 'ticket.not_found' })
    assertFailure(await watch(admin, 'no-uuid'), { status: 404, code: 'ticket.not_found' })
    assertFailure(await s.app.inject({ method: 'POST', url: `/tickets/${id}/watchers` }), { status: 401 })
  })

  it('an operator who visits the tenant has no account there to be told by', async () => {
    const theirs = await raise(s.app, stranger)
    const answer = await send(s.app, operator, 'POST', `/tickets/${theirs.id}/watchers`, undefined, {
      'x-tenant-id': '2',
    })
    assertFailure(answer, { status: 400, code: 'watcher.invalid' })
  })

  it('a body that names nobody or nonsense is refused', async () => {
    const { id } = await raise(s.app, owner)
    for (const user_id of [0, -1, 1.5, '13', null, 2 ** 53])
      assertFailure(await watch(agent, id, { user_id }), { status: 400, code: 'request.invalid' })
  })

  it('a ticket has 100 watchers at most', async () => {
    const { id } = await raise(s.app, owner)
    const rows = Array.from({ length: 100 }, (_, i) => `('${id}', ${1000 + i}, 1, NOW(3))`)
    await sql(s.database, `INSERT INTO ticket_watchers VALUES ${rows.join(', ')}`)
    assertFailure(await watch(admin, id), { status: 409, code: 'watcher.conflict' })
  })

  it('two replicas that let the same person watch at once agree on one row', async () => {
    const replica = await s.startReplica()
    const { id } = await raise(s.app, owner)
    const answers = await Promise.all(
      [s.app, replica, s.app, replica].map((app) => send(app, admin, 'POST', `/tickets/${id}/watchers`)),
    )
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [200, 200, 200, 200],
    )
    assert.equal((await tracesOf(s, id)).audit.length, 1)
  })
})
