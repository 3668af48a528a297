import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member, patch, raise, read } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const owner = member(1)
const [agent, colleague, admin] = [member(11, 'agent'), member(12, 'agent'), member(13, 'admin')]
const stranger = member(21, 'admin', 2)

describe('POST /tickets/:id/canned-replies/:replyId/preview', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, agent, colleague, admin, stranger])
  })
  after(() => s.close())

  const add = async (body: string, by = admin): Promise<string> => {
    const name = `reply ${Math.random()}`
    return (await send(s.app, by, 'POST', '/canned-replies', { name, body })).json().data.id
  }
  const preview = (by: Member, ticketId: string, replyId: string) =>
    send(s.app, by, 'POST', `/tickets/${ticketId}/canned-replies/${replyId}/preview`)
  const messageOf = async (by: Member, ticketId: string, body: string) => {
    const answer = await preview(by, ticketId, await add(body))
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().data.message
  }

  it('fills in the ticket, its requester and whoever answers', async () => {
    const { id } = await raise(s.app, owner, { title: 'My printer burns' })
    const body = 'Dear {{requester.name}},\n«{{ ticket.title }}» — {{ticket.title}}!\n{{agent.name}}'
    assert.equal(
      await messageOf(agent, id, body),
      'Dear user 1,\n«My printer burns» — My printer burns!\nagent 11',
    )
  })

  it('sends and changes nothing', async () => {
    const { id } = await raise(s.app, owner)
    await messageOf(agent, id, 'Hello {{requester.name}}')
    const { version } = (await read(s.app, owner, `/tickets/${id}`)).json().data
    assert.equal(version, 1)
    assert.deepEqual((await read(s.app, agent, `/tickets/${id}/replies?limit=1`)).json().data, [])
  })

  it('leaves other braces as they are, and does not look again at what it filled in', async () => {
    const { id } = await raise(s.app, owner, { title: '{{agent.name}} $& $1 {{constructor.name}}' })
    const body =
      '{{ticket.title}}|{{ticket.secret}}|{{constructor.name}}|{{}}|{{ticket.title}|{{agent.name\n}}'
    assert.equal(
      await messageOf(agent, id, body),
      '{{agent.name}} $& $1 {{constructor.name}}|{{ticket.secret}}|{{constructor.name}}|{{}}|{{ticket.title}|{{agent.name\n}}',
    )
  })

  it('a requester whom the directory does not know goes by their login name', async () => {
    const unknown = member(77)
    const { id } = await raise(s.app, unknown)
    assert.equal(await messageOf(agent, id, '{{requester.name}}'), unknown.sub)
    await sql(
      s.database,
      `UPDATE tickets SET user_id = NULL, creator_key = '${owner.sub}' WHERE id = '${id}'`,
    )
    assert.equal(await messageOf(agent, id, '{{requester.name}}'), 'user 1')
  })

  it('is for those who answer the ticket, with canned replies of its tenant', async () => {
    const { id } = await raise(s.app, owner)
    const replyId = await add('x')
    assertFailure(await preview(owner, id, replyId), { status: 403 })
    await patch(s.app, admin, id, { agent_id: agent.uid })
    for (const by of [colleague, stranger])
      assertFailure(await preview(by, id, replyId), { status: 404, code: 'ticket.not_found' })
    const mine = (await raise(s.app, colleague)).id
    await patch(s.app, admin, mine, { agent_id: agent.uid })
    assertFailure(await preview(colleague, mine, replyId), { status: 403, code: 'canned_reply.forbidden' })
    for (const none of [await add('x', stranger), '01890000-0000-7000-8000-000000000000', 'ä'])
      assertFailure(await preview(agent, id, none), { status: 404, code: 'canned_reply.not_found' })
  })
})
