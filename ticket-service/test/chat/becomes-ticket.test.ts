import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { enrol, type Member, member, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import {
  accept,
  close,
  dataOf,
  deedsOf,
  endPresence,
  entriesOf,
  expirePresence,
  expireWait,
  getSession,
  opened,
  type Session,
  say,
  setPresence,
  talking,
  ticketsOf,
} from './chats.ts'

const ada = member(10, 'agent')
const ben = member(11, 'agent')
let nextUid = 100
/** Somebody who has opened nothing yet. */
const newcomer = () => member(nextUid++)

describe('a chat that cannot stay as it is', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ CHAT_GRACE_SECONDS: '60' })
    await s.startReplica()
    await enrol(s, [ada, ben])
  })
  beforeEach(async () => {
    await sql(s.database, 'DELETE FROM chat_presence')
    dataOf(await setPresence(s.app, ada))
  })
  after(() => s.close())

  const untilStatus = (by: Member, id: string, status: string) =>
    pollUntil(`the chat is ${status}`, async () => {
      const session = dataOf<Session>(await getSession(s.app, by, id))
      return session.status === status ? session : undefined
    })

  it('because nobody accepts it in time becomes a ticket with all that was said', async () => {
    const mara = newcomer()
    const { id } = await opened(s.app, mara)
    dataOf(await say(s.app, mara, id, 'Anybody there?'), 201)
    await expireWait(s, id)
    const session = await untilStatus(mara, id, 'ticket')
    const [ticket, ...others] = await ticketsOf(s, mara)
    assert.deepEqual([ticket?.id, others], [session.ticket_id, []])
    const said = (await entriesOf(s.app, mara, id)).slice(0, 2)
    const lines = said.map(
      ({ message, created_at }) =>
        `${String(created_at).slice(0, 19).replace('T', ' ')} user ${mara.uid} (requester):\n  ${message}`,
    )
    assert.equal(ticket?.description, `Live chat. Times are in UTC.\n\n${lines.join('\n\n')}`)
    assert.deepEqual(await deedsOf(s, id), [
      {
        action: 'chat.ticket',
        actor: 'service',
        details: { ticket_id: ticket?.id, reason: 'not_accepted' },
      },
    ])
    assert.equal((await read(s.app, mara, `/tickets/${ticket?.id}`)).statusCode, 200)
    const told = (await read(s.app, mara, '/api/v1/notifications')).json().data
    assert.deepEqual(
      told.map((one: Record<string, unknown>) => [one.kind, one.ticket_id, one.actor_id]),
      [['ticket.created', ticket?.id, null]],
    )
  })

  it('waits for the seconds of CHAT_WAIT_SECONDS', async () => {
    const { id } = await opened(s.app, newcomer())
    const [row] = await sql(
      s.database,
      `SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), waiting_until) / 1000000 AS left_seconds FROM chat_sessions WHERE id = '${id}'`,
    )
    assert.ok(Number(row?.left_seconds) > 110 && Number(row?.left_seconds) <= 120)
  })

  it('because all agents went, or took leave, becomes a ticket', async () => {
    for (const leave of [
      () => expirePresence(s, 0),
      () => endPresence(s.app, ada),
      () => setPresence(s.app, ada, 'away'),
    ]) {
      dataOf(await setPresence(s.app, ada))
      const mara = newcomer()
      const { id } = await opened(s.app, mara)
      await leave()
      const { ticket_id } = await untilStatus(mara, id, 'ticket')
      assert.equal((await deedsOf(s, id))[0]?.details.reason, 'agents_left')
      assert.deepEqual(
        (await ticketsOf(s, mara)).map((ticket) => ticket.id),
        [ticket_id],
      )
    }
  })

  it('many at once, over two replicas, become one ticket each', async () => {
    const people = Array.from({ length: 30 }, newcomer)
    const sessions = await Promise.all(people.map((person) => opened(s.app, person)))
    await expirePresence(s, 0)
    await eventually(async () => {
      const rows = await sql(s.database, "SELECT COUNT(*) AS n FROM chat_sessions WHERE status = 'waiting'")
      assert.equal(rows[0]?.n, 0)
    })
    for (const [index, person] of people.entries()) {
      const session = dataOf<Session>(await getSession(s.app, person, sessions[index]?.id ?? ''))
      assert.deepEqual(
        (await ticketsOf(s, person)).map(({ id }) => id),
        [session.ticket_id],
      )
      assert.equal((await deedsOf(s, session.id)).length, 1)
    }
  })

  it('is accepted or becomes a ticket, never both, when both happen at once', async () => {
    for (let round = 0; round < 30; round += 1) {
      const mara = newcomer()
      const { id } = await opened(s.app, mara)
      await expireWait(s, id)
      const [accepted, converted] = await Promise.all([
        accept(s.app, ada, id),
        close(s.app, ben, id, { to_ticket: true }),
      ])
      const { status, ticket_id } = dataOf<Session>(await getSession(s.app, mara, id))
      const isTicket = status === 'ticket'
      const tickets = (await ticketsOf(s, mara)).map((ticket) => ticket.id)
      assert.deepEqual(tickets, isTicket ? [ticket_id] : [])
      assert.equal(accepted.statusCode, isTicket ? 409 : 200)
      // The worker may have been there before.
      assert.ok(isTicket || converted.statusCode === 404)
    }
  })

  it('which fails to become one is tried again, and does not keep others from it', async () => {
    const [mara, max] = [newcomer(), newcomer()]
    const [one, two] = [await opened(s.app, mara), await opened(s.app, max)]
    await sql(s.database, `ALTER TABLE tickets ADD CONSTRAINT torn CHECK (user_id <> ${mara.uid})`)
    await expirePresence(s, 0)
    await untilStatus(max, two.id, 'ticket')
    await pollUntil(
      'it is logged',
      () =>
        s.logLines.some((line) => line.includes('will be tried again') && line.includes(one.id)) || undefined,
    )
    assert.equal(dataOf<Session>(await getSession(s.app, mara, one.id)).status, 'waiting')
    assert.equal((await entriesOf(s.app, mara, one.id)).length, 1)
    await sql(s.database, 'ALTER TABLE tickets DROP CONSTRAINT torn')
    await untilStatus(mara, one.id, 'ticket')
  })

  it('while no replica runs becomes a ticket once one does', async () => {
    const stopped = await startTicketService()
    await enrol(stopped, [ada])
    dataOf(await setPresence(stopped.app, ada))
    const mara = newcomer()
    const { id } = await opened(stopped.app, mara)
    await stopped.app.close()
    await expirePresence(stopped, 0)
    assert.deepEqual(await ticketsOf(stopped, mara), [])
    const [app] = [await stopped.startReplica(), await stopped.startReplica()]
    await eventually(async () =>
      assert.equal(dataOf<Session>(await getSession(app, mara, id)).status, 'ticket'),
    )
    assert.equal((await ticketsOf(stopped, mara)).length, 1)
    await stopped.close()
  })
})

describe('a chat whose agent has gone', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ CHAT_GRACE_SECONDS: '60' })
    await s.startReplica()
    await enrol(s, [ada, ben])
  })
  beforeEach(() => sql(s.database, 'DELETE FROM chat_presence'))
  after(() => s.close())

  const statusOf = async (by: Member, id: string) => dataOf<Session>(await getSession(s.app, by, id)).status
  const untilStatus = (by: Member, id: string, status: string) =>
    pollUntil(`the chat is ${status}`, async () => (await statusOf(by, id)) === status || undefined)

  it('for longer than the grace goes back to the queue, where another agent takes it up with all that was said', async () => {
    const mara = newcomer()
    const { id } = await talking(s.app, mara, ada)
    dataOf(await say(s.app, ada, id, 'One moment'), 201)
    dataOf(await setPresence(s.app, ben))
    await expirePresence(s, 61, [ada])
    await untilStatus(mara, id, 'waiting')
    const [row] = await sql(
      s.database,
      `SELECT waiting_until > UTC_TIMESTAMP(3) + INTERVAL 100 SECOND AS waits_anew FROM chat_sessions WHERE id = '${id}'`,
    )
    assert.equal(row?.waits_anew, 1)
    dataOf(await accept(s.app, ben, id))
    assert.equal((await getSession(s.app, ada, id)).statusCode, 404)
    const kinds = (await entriesOf(s.app, ben, id)).map(({ kind }) => kind)
    assert.deepEqual(kinds, ['message', 'accepted', 'message', 'requeued', 'accepted'])
    const deeds = (await deedsOf(s, id)).map(({ action, actor, details }) => [
      action,
      actor,
      details.agent_id,
    ])
    assert.deepEqual(deeds, [
      ['chat.accepted', ada.sub, 10],
      ['chat.requeued', 'service', 10],
      ['chat.accepted', ben.sub, 11],
    ])
  })

  it('and who is the only one becomes a ticket', async () => {
    const mara = newcomer()
    const { id } = await talking(s.app, mara, ada)
    dataOf(await say(s.app, ada, id, 'One moment'), 201)
    await expirePresence(s, 61)
    await untilStatus(mara, id, 'ticket')
    const [ticket, ...others] = await ticketsOf(s, mara)
    assert.match(String(ticket?.description), /agent 10 \(agent\):\n {2}One moment$/)
    assert.deepEqual(others, [])
  })

  it('for less than the grace, or who is away, stays theirs', async () => {
    const [mara, max] = [newcomer(), newcomer()]
    const left = await talking(s.app, mara, ada)
    const away = await talking(s.app, max, ben)
    dataOf(await setPresence(s.app, ben, 'away'))
    await expirePresence(s, 50, [ada])
    // What is due is taken up meanwhile, so the worker has looked.
    const other = newcomer()
    const due = await talking(s.app, other, member(10, 'agent'))
    await sql(s.database, `UPDATE chat_sessions SET agent_id = 98 WHERE id = '${due.id}'`)
    await expirePresence(s, 50, [ada])
    await untilStatus(other, due.id, 'ticket')
    assert.deepEqual([await statusOf(mara, left.id), await statusOf(max, away.id)], ['active', 'active'])
  })

  it('from the desk altogether goes back at once', async () => {
    const mara = newcomer()
    const { id } = await talking(s.app, mara, ada)
    dataOf(await setPresence(s.app, ben))
    await sql(s.database, 'UPDATE directory_users SET active = FALSE WHERE id = 10')
    await untilStatus(mara, id, 'waiting')
    await enrol(s, [ada])
  })
})
