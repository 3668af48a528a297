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

describe('DELETE /tickets/:id/watchers', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, other, agent, colleague, admin])
  })
  after(() => s.close())

  const unwatch = (by: typeof owner, id: string, userId?: number | string) =>
    send(s.app, by, 'DELETE', `/tickets/${id}/watchers${userId === undefined ? '' : `/${userId}`}`)
  const idsOf = (answer: { json(): { data: { user_id: number }[] } }) =>
    answer.json().data.map(({ user_id }) => user_id)
  const watched = async () => {
    const { id } = await raise(s.app, owner)
    for (const by of [owner, agent, admin]) await send(s.app, by, 'POST', `/tickets/${id}/watchers`)
    return id
  }

  it('ends one’s own watching, once, with one trace', async () => {
    const id = await watched()
    const before = await tracesOf(s, id)
    assert.deepEqual(idsOf(await unwatch(agent, id)), [owner.uid, admin.uid])
    assert.deepEqual(idsOf(await unwatch(agent, id)), [owner.uid, admin.uid])
    const { activities, audit } = await tracesOf(s, id)
    assert.deepEqual(activities.slice(before.activities.length), [
      { action: 'unwatched', message: 'agent 11', internal: true, actor_id: agent.uid },
    ])
    assert.equal(audit.length, before.audit.length + 1)
    await replyTo(s.app, admin, id, { message: 'hello' })
    const told = await sql(
      s.database,
      `SELECT user_id FROM notifications WHERE user_id = ${agent.uid}
      AND ticket_id = '${id}' AND kind = 'ticket.replied'`,
    )
    assert.deepEqual(told, [])
  })

  it('those who answer the ticket end that others watch it; its owner only their own', async () => {
    const id = await watched()
    assertFailure(await unwatch(owner, id, admin.uid), { status: 403, code: 'watcher.forbidden' })
    assertFailure(await unwatch(owner, id, 999), { status: 403, code: 'watcher.forbidden' })
    assert.deepEqual(idsOf(await unwatch(owner, id, owner.uid)), [])
    assert.deepEqual(idsOf(await unwatch(colleague, id, admin.uid)), [agent.uid])
    for (const by of [other, member(9, 'admin', 2)])
      assertFailure(await unwatch(by, id, agent.uid), { status: 404, code: 'ticket.not_found' })
    assertFailure(await unwatch(agent, id, 'me'), { status: 400, fields: ['user_id'] })
  })

  it('an agent whose sight ends with an assignment is told no more, until they may see it again', async () => {
    const id = await watched()
    await patch(s.app, admin, id, { agent_id: colleague.uid })
    await replyTo(s.app, admin, id, { message: 'not for everybody' })
    const toldOf = (message: string) =>
      sql(
        s.database,
        `SELECT user_id FROM notifications WHERE ticket_id = '${id}' AND message LIKE '%${message}' ORDER BY user_id`,
      )
    assert.deepEqual(await toldOf('not for everybody'), [{ user_id: owner.uid }, { user_id: colleague.uid }])
    await patch(s.app, admin, id, { agent_id: null })
    await replyTo(s.app, admin, id, { message: 'for all again' })
    assert.deepEqual(await toldOf('for all again'), [{ user_id: owner.uid }, { user_id: agent.uid }])
  })

  it('watching grants no sight', async () => {
    const id = await watched()
    await patch(s.app, admin, id, { agent_id: colleague.uid })
    await sql(s.database, `INSERT INTO ticket_watchers VALUES ('${id}', ${other.uid}, 1, NOW(3))`)
    for (const by of [other, agent])
      for (const url of [`/tickets/${id}`, `/tickets/${id}/watchers`, `/tickets/${id}/replies?limit=1`])
        assertFailure(await send(s.app, by, 'GET', url), { status: 404 })
  })
})
