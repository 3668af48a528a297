import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import {
  accept,
  close,
  dataOf,
  deedsOf,
  entriesOf,
  getPresence,
  getSession,
  opened,
  type Session,
  setPresence,
  talking,
} from './chats.ts'

const mara = member(1)
const agents = Array.from({ length: 20 }, (_, index) => member(10 + index, 'agent'))
const [ada = mara, ben = mara] = agents
const vendor = member(50, 'vendor')

describe('POST /chat/sessions/:id/accept', () => {
  let s: TicketService
  let apps: TicketService['app'][]
  before(async () => {
    s = await startTicketService()
    apps = [s.app, await s.startReplica()]
    await enrol(s, [...agents, vendor, mara])
    for (const one of agents) dataOf(await setPresence(s.app, one))
  })
  after(() => s.close())

  it(`of ${agents.length} agents at once, over two replicas, has exactly one winner: all others are 409`, async () => {
    const { id } = await opened(s.app, mara)
    const answers = await Promise.all(
      agents.map((agent, index) => accept(apps[index % 2] ?? s.app, agent, id)),
    )
    const won = answers.filter(({ statusCode }) => statusCode === 200)
    assert.equal(won.length, 1)
    for (const answer of answers)
      if (answer !== won[0]) assertFailure(answer, { status: 409, code: 'chat.taken' })
    const session = dataOf<Session>(await getSession(s.app, mara, id))
    const winner = agents.find(({ uid }) => uid === session.agent_id)
    assert.deepEqual(won[0]?.json().data, session)
    assert.deepEqual([session.status, session.agent_name], ['active', `agent ${winner?.uid}`])
    const kinds = (await entriesOf(s.app, mara, id)).map(({ kind, user_id }) => [kind, user_id])
    assert.deepEqual(kinds, [
      ['message', 1],
      ['accepted', winner?.uid],
    ])
    assert.deepEqual(await deedsOf(s, id), [
      { action: 'chat.accepted', actor: winner?.sub, details: { agent_id: winner?.uid } },
    ])
  })

  it('by who has it already says so again, and changes nothing', async () => {
    const session = await talking(s.app, mara, ada)
    assert.deepEqual(dataOf(await accept(s.app, ada, session.id)), session)
    assert.equal((await entriesOf(s.app, mara, session.id)).length, 2)
    assert.equal((await deedsOf(s, session.id)).length, 1)
  })

  it('counts as being there: who was not is away, who was stays as they were', async () => {
    const statusOf = async (who: Member) => {
      const { agents: present } = dataOf<{ agents: { user_id: number; status: string }[] }>(
        await getPresence(s.app, ada),
      )
      return present.find(({ user_id }) => user_id === who.uid)?.status
    }
    assert.equal(await statusOf(vendor), undefined)
    dataOf(await accept(s.app, vendor, (await opened(s.app, mara)).id))
    assert.equal(await statusOf(vendor), 'away')
    dataOf(await accept(s.app, ada, (await opened(s.app, mara)).id))
    assert.equal(await statusOf(ada), 'online')
  })

  it('of a chat that is over is 409, and tells which ticket it became', async () => {
    const closed = await opened(s.app, mara)
    dataOf(await close(s.app, mara, closed.id))
    const failure = assertFailure(await accept(s.app, ada, closed.id), { status: 409, code: 'chat.conflict' })
    assert.deepEqual(failure.data, { status: 'closed' })
    const { id } = await opened(s.app, mara)
    const { ticket_id } = dataOf<Session>(await close(s.app, ben, id, { to_ticket: true }))
    const { data } = assertFailure(await accept(s.app, ada, id), { status: 409, code: 'chat.conflict' })
    assert.deepEqual(data, { status: 'ticket', ticket_id })
  })

  it('is not for who opened it, nor for staff that the directory does not know as such', async () => {
    const { id } = await opened(s.app, mara)
    assertFailure(await accept(s.app, mara, id), { status: 403, code: 'chat.forbidden' })
    assertFailure(await accept(s.app, member(99, 'agent'), id), { status: 403, code: 'chat.forbidden' })
    const ofBen = await opened(s.app, ben)
    assertFailure(await accept(s.app, ben, ofBen.id), { status: 403, code: 'chat.forbidden' })
    await sql(s.database, 'UPDATE directory_users SET active = FALSE WHERE id = 29')
    assertFailure(await accept(s.app, member(29, 'agent'), id), { status: 403, code: 'chat.forbidden' })
    for (const nobody of [member(2), member(20, 'agent', 2), member(3, 'committee')])
      assertFailure(await accept(s.app, nobody, id), { status: 404, code: 'chat.not_found' })
    assert.equal(dataOf<Session>(await getSession(s.app, mara, id)).status, 'waiting')
  })

  it('of what there is not is 404, whatever the id is', async () => {
    for (const id of ['0192f0c0-0000-7000-8000-000000000000', 'x', '%F0%9F%96%A8', "'"])
      assertFailure(await accept(s.app, ada, id), { status: 404, code: 'chat.not_found' })
  })
})
