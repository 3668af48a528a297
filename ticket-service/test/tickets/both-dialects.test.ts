import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { enrol, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { postTicket } from '../kit/post-ticket.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { ageComments, callInvGate, runRound } from '../sync/rounds.ts'

const ada = { ...member(7, 'user', 1, 77), invgateId: 77 }
const [agent, other] = [{ ...member(9, 'agent'), invgateId: 88 }, member(8)]

describe('the Werk and the Tickets dialect show the same tickets', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({
      ...{ LOG_LEVEL: 'warn', MIRROR_FRESH_MS: '0' },
      INVGATE_CATEGORY_MAP: 'billing:11,technical:5,account:8,service:12',
      INVGATE_PRIORITY_MAP: 'low:1,medium:2,high:4,high:5',
    })
    await enrol(s, [ada, agent, other])
  })
  after(() => s.close())

  const werk = async (by: { headers: object }, id: number) =>
    s.app.inject({ url: `/api/tickets/${id}`, headers: { ...by.headers } })
  const tickets = async (id: string, by = ada) => (await read(s.app, by, `/tickets/${id}`)).json().data
  /** By the ticket's id in InvGate. */
  const found = async (invGateId: number) => {
    const { data } = (await read(s.app, ada, '/tickets?limit=100')).json()
    return data.find(({ inv_gate_id }: Record<string, unknown>) => inv_gate_id === invGateId)
  }
  const raiseInWerk = async (title: string, fields: object = {}): Promise<number> => {
    const payload = { title, description: 'a text', ...fields }
    const answer = await s.app.inject({ method: 'POST', url: '/api/tickets', headers: ada.headers, payload })
    assert.equal(answer.statusCode, 201)
    return answer.json().id
  }
  const raiseInTickets = async (fields: object) => {
    const { id } = await raise(s.app, ada, fields)
    const invGateId = await eventually(async () => {
      const { inv_gate_id } = await tickets(id)
      assert.equal(typeof inv_gate_id, 'number')
      return Number(inv_gate_id)
    })
    return { id, invGateId }
  }

  it('one that was raised in Werk is in Tickets, with category and priority as they are mapped', async () => {
    const invGateId = await raiseInWerk('raised in Werk', { category_id: 11, priority_id: 5 })
    const ticket = await found(invGateId)
    const { title, description, category, priority, status, user_id, member_id, creator } = ticket
    assert.deepEqual([title, description, status], ['raised in Werk', 'a text', 'open'])
    assert.deepEqual([category, priority], ['billing', 'high'])
    assert.deepEqual([user_id, member_id, creator], [7, 7, ada.sub])
    assert.equal(ticket.created_at, (await werk(ada, invGateId)).json().created_at)
    assert.deepEqual(await tickets(ticket.id), ticket)
    assert.equal((await read(s.app, agent, `/tickets/${ticket.id}`)).statusCode, 200)
    assert.equal((await read(s.app, other, `/tickets/${ticket.id}`)).statusCode, 404)
  })

  it('one whose category or priority stands for none of ours is about service, and of medium priority', async () => {
    const { category, priority } = await found(
      await raiseInWerk('of no kind', { category_id: 99, priority_id: 77 }),
    )
    assert.deepEqual([category, priority], ['service', 'medium'])
  })

  it('one that was raised in Tickets is in Werk: alone, and in the list of its creator', async () => {
    const { invGateId } = await raiseInTickets({
      title: 'raised in Tickets',
      category: 'technical',
      priority: 'low',
    })
    const { title, description, category_id, priority_id, creator_email, status } = (
      await werk(ada, invGateId)
    ).json()
    assert.deepEqual([title, description, status], ['raised in Tickets', 'a text', 'open'])
    assert.deepEqual([category_id, priority_id, creator_email], [5, 1, ada.sub])
    const list = await s.app.inject({
      url: `/api/v1/tickets?limit=100&creator_id=${ada.sub}`,
      headers: ada.headers,
    })
    assert.ok(list.json().data.some(({ id }: { id: number }) => id === invGateId))
    assert.equal((await werk(agent, invGateId)).statusCode, 200)
    assert.equal((await werk(other, invGateId)).statusCode, 404)
  })

  it('one that InvGate has not got yet is in Tickets alone, as Werk knows tickets by InvGate’s id', async () => {
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: { type: 'status', status: 503 } }])
    const { id } = await raise(s.app, ada, { title: 'not there yet' })
    const list = await s.app.inject({ url: '/api/tickets?limit=100', headers: ada.headers })
    assert.ok(list.json().data.every(({ title }: { title: string }) => title !== 'not there yet'))
    assert.equal((await tickets(id)).status, 'open')
    await s.sandbox.control.clearFaults()
  })

  it('a step that is taken in Tickets is seen in Werk, and does not come back from InvGate as another', async () => {
    const invGateId = await raiseInWerk('steps')
    const { id } = await found(invGateId)
    for (const status of ['in_progress', 'resolved']) {
      assert.equal((await patch(s.app, agent, id, { status })).statusCode, 200)
      assert.equal((await werk(ada, invGateId)).json().status, status)
    }
    assert.equal((await patch(s.app, ada, id, { status: 'closed' })).statusCode, 200)
    assert.equal((await werk(ada, invGateId)).json().status, 'closed')
    await eventually(async () => {
      const incident = (await s.sandbox.control.incidents()).find((seen) => seen.id === invGateId)
      // Closed, or cancelled where InvGate had not been told of the steps in between.
      assert.ok(incident?.status_id === 6 || incident?.status_id === 8)
    })
    await werk(ada, invGateId)
    const activities = (await read(s.app, agent, `/tickets/${id}/activities`)).json().data
    const steps = activities.filter(({ action }: { action: string }) => action === 'status_changed')
    assert.equal(steps.length, 3)
  })

  it('what InvGate changes is seen in both: its status and its agent', async () => {
    const { id, invGateId } = await raiseInTickets({ title: 'changed there' })
    const assignment = { request_id: invGateId, author_id: 5, group_id: 1, agent_id: 88 }
    await callInvGate(s, 'POST', 'incident.reassign', assignment)
    await callInvGate(s, 'POST', 'incident.waitingfor.agent', { request_id: invGateId })
    const seen = (await werk(ada, invGateId)).json().status
    const { status, agent_id } = await tickets(id)
    assert.equal(status, seen)
    assert.equal(agent_id, agent.uid)
  })

  it('replies go both ways: a comment there for each one here, and one here for each comment there', async () => {
    const { id, invGateId } = await raiseInTickets({ title: 'talked about' })
    await replyTo(s.app, ada, id, { message: 'from the owner' })
    await replyTo(s.app, agent, id, { message: 'from the agent' })
    await replyTo(s.app, agent, id, { message: 'among us', internal: true })
    const commentsThere = async () =>
      (await s.sandbox.control.incidents())
        .find((incident) => incident.id === invGateId)
        ?.comments.map(({ message, author_id, customer_visible }) => [message, author_id, customer_visible])
    await eventually(async () =>
      assert.deepEqual(await commentsThere(), [
        ['from the owner', 77, true],
        ['from the agent', 88, true],
        ['among us', 88, false],
      ]),
    )
    const comment = { request_id: invGateId, author_id: 88 }
    await callInvGate(s, 'POST', 'incident.comment', {
      ...comment,
      comment: 'said there',
      customer_visible: 1,
    })
    await callInvGate(s, 'POST', 'incident.comment', {
      ...comment,
      comment: 'noted there',
      customer_visible: 0,
    })
    await ageComments(s)
    await runRound(s)
    const repliesFor = async (by: typeof agent) =>
      (await read(s.app, by, `/tickets/${id}/replies?limit=100`))
        .json()
        .data.map(({ message, user_id }: Record<string, unknown>) => [message, user_id])
    const open = [
      ['from the owner', 7],
      ['from the agent', 9],
      ['said there', 9],
    ]
    assert.deepEqual((await repliesFor(ada)).sort(), open.toSorted())
    assert.deepEqual((await repliesFor(agent)).sort(), [...open, ['among us', 9], ['noted there', 9]].sort())
  })

  it('one of a token that names no account is that login name’s, also by a token that names one', async () => {
    const answer = await postTicket(s.app, { title: 'by name', headers: bearer({ sub: ada.sub }) })
    assert.equal(answer.statusCode, 201)
    const { title, user_id } = await found(answer.json().id)
    assert.deepEqual([title, user_id], ['by name', 0])
  })
})
