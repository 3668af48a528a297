import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Delivery, startMailServer } from '@werk/shared/test-kit/mail-server'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { addPeople } from './tell.ts'

const mara = bearer({ sub: 'p1@example.com', uid: 1, name: 'Mara' })
const ada = bearer({ sub: 'p2@example.com', uid: 2, role: 'agent', name: 'Ada' })
const bob = bearer({ sub: 'p3@example.com', uid: 3, role: 'agent', name: 'Bob' })
const chef = bearer({ sub: 'p4@example.com', uid: 4, role: 'admin', name: 'Chef' })
const foreign = bearer({ sub: 'p5@example.com', uid: 5, role: 'agent', tenant_id: 2 })
const body = { title: 'Fire', description: 'b', category: 'technical', priority: 'high' }

describe('what happens to a ticket is told to the others', () => {
  let s: TicketService
  let server: Awaited<ReturnType<typeof startMailServer>>
  before(async () => {
    server = await startMailServer()
    s = await startTicketService({ SMTP_URL: server.url })
    await addPeople(s.database, [
      { id: 1 },
      { id: 2, role: 'agent' },
      { id: 3, role: 'agent' },
      { id: 4, role: 'admin' },
      { id: 5, role: 'agent', tenant: 2 },
    ])
  })
  after(async () => {
    await s.close()
    await server.close()
  })

  const ask = (method: 'POST' | 'PATCH', url: string, headers: object, payload: object, app = s.app) =>
    app.inject({ method, url, headers: { ...headers }, payload })
  const raise = async (headers: object = mara) => {
    const answer = await ask('POST', '/tickets', headers, body)
    assert.equal(answer.statusCode, 201, answer.body)
    return String(answer.json().data.id)
  }
  const change = async (id: string, headers: object, fields: object) => {
    const answer = await ask('PATCH', `/tickets/${id}`, headers, fields)
    assert.equal(answer.statusCode, 200, answer.body)
  }
  const say = async (id: string, headers: object, message: string, more: object = {}) => {
    const answer = await ask('POST', `/tickets/${id}/replies`, headers, { message, ...more })
    assert.equal(answer.statusCode, 201, answer.body)
  }
  /** What a caller was told of a ticket, oldest first. */
  const toldOf = async (headers: object, id: string) => {
    const answer = await s.app.inject({ url: '/api/v1/notifications?limit=100', headers: { ...headers } })
    const data: { ticket_id: string; message: string }[] = answer.json().data
    return data
      .filter((one) => one.ticket_id === id)
      .map(({ message }) => message)
      .reverse()
  }
  const all = async (id: string) =>
    Promise.all([mara, ada, bob, chef, foreign].map((headers) => toldOf(headers, id)))

  it('from the first word to the last: each of the others once, the actor never', async () => {
    const id = await raise()
    const raised = ['Mara raised a ticket (technical, high)']
    assert.deepEqual(await all(id), [[], raised, raised, [], []])
    await say(id, mara, 'hurry')
    await change(id, chef, { agent_id: 2 })
    await change(id, ada, { status: 'in_progress' })
    await say(id, ada, 'on my way')
    await say(id, mara, 'thanks')
    await say(id, ada, 'what a nuisance', { internal: true, mentions: [4] })
    await change(id, ada, { status: 'resolved' })
    await change(id, mara, { status: 'closed' })
    const open = [...raised, 'Mara replied: hurry']
    assert.deepEqual(await all(id), [
      [
        'Chef assigned the ticket to an agent',
        'Ada changed the status from open to in_progress',
        'Ada replied: on my way',
        'Ada changed the status from in_progress to resolved',
      ],
      [
        ...open,
        'Chef assigned the ticket to you',
        'Mara replied: thanks',
        'Mara changed the status from resolved to closed',
      ],
      open,
      ['Ada noted internally: what a nuisance'],
      [],
    ])
  })

  it('by mail too, and never the text of a note to the requester', async () => {
    const id = await raise()
    await change(id, chef, { agent_id: 2 })
    await say(id, ada, 'a public word')
    await say(id, chef, 'a secret word', { internal: true, mentions: [] })
    const ofTicket = () =>
      server.deliveries.filter(({ source }: Delivery) => source.includes(`ticket.${id}@`))
    await eventually(async () => assert.equal(ofTicket().length, 4))
    const kinds = ofTicket().map(({ to, source }) => `${to} ${/^Subject: (\w+)/m.exec(source)?.[1]}`)
    assert.deepEqual(kinds.sort(), [
      'p1@example.com Assigned',
      'p1@example.com Reply',
      'p2@example.com Assigned',
      'p2@example.com Reply',
    ])
    for (const { to, source } of ofTicket())
      if (to[0] === 'p1@example.com') assert.ok(!source.includes('secret word'))
  })

  it('of a ticket that came by the Werk dialect as well', async () => {
    const title = 'by the other door'
    const answer = await ask('POST', '/api/tickets', mara, { title, description: 'b' })
    assert.equal(answer.statusCode, 201, answer.body)
    await eventually(async () => {
      const rows = await sql(
        s.database,
        `SELECT user_id, actor_id FROM notifications WHERE title = '${title}' ORDER BY user_id`,
      )
      assert.deepEqual(
        rows,
        [2, 3].map((user_id) => ({ user_id, actor_id: 1 })),
      )
    })
  })

  it('once, however often a request with an Idempotency-Key is sent to two replicas', async () => {
    const id = await raise()
    const replica = await s.startReplica()
    const headers = { ...mara, 'idempotency-key': 'only-once-please' }
    const url = `/tickets/${id}/replies`
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        ask('POST', url, headers, { message: 'hello?' }, i % 2 ? replica : s.app),
      ),
    )
    assert.ok(answers.some(({ statusCode }) => statusCode === 201))
    assert.deepEqual(await toldOf(ada, id), [
      'Mara raised a ticket (technical, high)',
      'Mara replied: hello?',
    ])
  })

  it('not when the change is refused or fails', async () => {
    const id = await raise()
    const before = await all(id)
    assert.equal(
      (await ask('PATCH', `/tickets/${id}`, mara, { status: 'in_progress' })).statusCode >= 400,
      true,
    )
    await sql(s.database, 'RENAME TABLE audit_entries TO audit_elsewhere')
    const failed = await ask('PATCH', `/tickets/${id}`, mara, { status: 'closed' })
    await sql(s.database, 'RENAME TABLE audit_elsewhere TO audit_entries')
    assert.equal(failed.statusCode, 500)
    assert.deepEqual(await all(id), before)
  })

  it('and a change whose notifications cannot be written does not happen', async () => {
    const id = await raise()
    await sql(s.database, 'RENAME TABLE notifications TO notifications_elsewhere')
    const failed = await ask('POST', `/tickets/${id}/replies`, mara, { message: 'lost?' })
    await sql(s.database, 'RENAME TABLE notifications_elsewhere TO notifications')
    assert.equal(failed.statusCode, 500)
    const rows = await sql(s.database, `SELECT id FROM ticket_replies WHERE ticket_id = '${id}'`)
    assert.deepEqual(rows, [])
  })
})
