import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import {
  dataOf,
  deedsOf,
  endPresence,
  entriesOf,
  expirePresence,
  getSession,
  open,
  opened,
  type Session,
  setPresence,
  ticketsOf,
} from './chats.ts'

const agent = member(10, 'agent')
let nextUid = 100
/** Somebody who has opened nothing yet. */
const newcomer = (tenantId = 1) => member(nextUid++, 'user', tenantId)

describe('POST /chat/sessions', () => {
  let s: TicketService
  let other: TicketService['app']
  before(async () => {
    s = await startTicketService()
    other = await s.startReplica()
    await enrol(s, [agent])
  })
  beforeEach(() => sql(s.database, 'DELETE FROM chat_presence'))
  after(() => s.close())

  /** Of a tenant that nothing else happens in. */
  const countChats = async (tenantId: number) => {
    const [row] = await sql(
      s.database,
      `SELECT (SELECT COUNT(*) FROM chat_sessions WHERE tenant_id = ${tenantId})
        + (SELECT COUNT(*) FROM chat_messages WHERE session_id NOT IN (SELECT id FROM chat_sessions))
        + (SELECT COUNT(*) FROM tickets WHERE tenant_id = ${tenantId}) AS n`,
    )
    return row?.n
  }

  it('while an agent is online is a conversation: 201, waiting, and no ticket', async () => {
    const mara = newcomer()
    dataOf(await setPresence(other, agent))
    const answer = await open(s.app, mara, { message: 'Hello\nthere', category: 'billing' })
    const session = dataOf<Session>(answer, 201)
    const { id, last_message_id, created_at, ...rest } = session
    assert.deepEqual(rest, {
      ...{ tenant_id: 1, user_id: mara.uid, name: `user ${mara.uid}`, title: 'Hello', category: 'billing' },
      status: 'waiting',
    })
    assert.equal(answer.headers.location, `/chat/sessions/${id}`)
    assert.deepEqual(dataOf(await getSession(other, mara, id)), session)
    const [entry, ...others] = await entriesOf(other, mara, id)
    assert.deepEqual(entry, {
      ...{ id: last_message_id, session_id: id, kind: 'message', from: 'requester', message: 'Hello\nthere' },
      ...{ user_id: mara.uid, author: `user ${mara.uid}`, created_at },
    })
    assert.deepEqual([others, await ticketsOf(s, mara)], [[], []])
  })

  it('while no agent is online is a ticket at once, with the transcript, and says which', async () => {
    const mara = newcomer()
    const session = await opened(s.app, mara, { message: '\n  The printer\nis on fire' })
    assert.equal(session.status, 'ticket')
    const [ticket, ...others] = await ticketsOf(s, mara)
    assert.deepEqual(others, [])
    const { description, ...fields } = ticket ?? {}
    assert.deepEqual(fields, {
      ...{
        id: session.ticket_id,
        title: 'The printer',
        category: 'service',
        priority: 'medium',
        status: 'open',
      },
      ...{ tenant_id: 1, user_id: mara.uid, member_id: mara.uid, creator_key: mara.sub },
    })
    const time = String(session.created_at).slice(0, 19).replace('T', ' ')
    assert.equal(
      description,
      `Live chat. Times are in UTC.\n\n${time} user ${mara.uid} (requester):\n  \n    The printer\n  is on fire`,
    )
    assert.equal((await read(other, mara, `/tickets/${session.ticket_id}`)).statusCode, 200)
    const kinds = (await entriesOf(s.app, mara, session.id)).map(({ kind }) => kind)
    assert.deepEqual(kinds, ['message', 'ticket'])
    assert.deepEqual(await deedsOf(s, session.id), [
      {
        action: 'chat.ticket',
        actor: mara.sub,
        details: { ticket_id: session.ticket_id, reason: 'no_agent' },
      },
    ])
    // As any ticket, it goes to InvGate.
    await eventually(async () => {
      const incidents = await s.sandbox.control.incidents()
      assert.equal(incidents.filter((incident) => incident.description === description).length, 1)
    })
  })

  it('counts nobody whose presence is over, who is away, has left, is of another tenant, or asks', async () => {
    const foreign = member(20, 'agent', 2)
    await enrol(s, [foreign])
    dataOf(await setPresence(s.app, foreign))
    const statusOf = async (by = newcomer()) => (await opened(s.app, by)).status
    assert.equal(await statusOf(), 'ticket')
    dataOf(await setPresence(s.app, agent))
    await expirePresence(s, 0, [agent])
    assert.equal(await statusOf(), 'ticket')
    dataOf(await setPresence(s.app, agent, 'away'))
    assert.equal(await statusOf(), 'ticket')
    dataOf(await setPresence(s.app, agent))
    assert.equal(await statusOf(agent), 'ticket')
    assert.equal(await statusOf(), 'waiting')
    dataOf(await endPresence(s.app, agent))
    assert.equal(await statusOf(), 'ticket')
    assert.equal(await statusOf(newcomer(2)), 'waiting')
  })

  it('writes chat and ticket together or neither: a failure leaves nothing', async () => {
    for (const table of ['ticket_intents', 'audit_entries', 'chat_sessions']) {
      const unless = table === 'chat_sessions' ? " OR status <> 'ticket'" : ''
      await sql(s.database, `ALTER TABLE ${table} ADD CONSTRAINT torn CHECK (tenant_id <> 3${unless})`)
      const answer = await open(s.app, newcomer(3))
      await sql(s.database, `ALTER TABLE ${table} DROP CONSTRAINT torn`)
      assert.equal(answer.statusCode, 500, table)
    }
    assert.equal(await countChats(3), 0)
    await opened(s.app, newcomer(3))
    assert.equal(await countChats(3), 2)
  })

  it('with one Idempotency-Key is one chat, on whichever replica, and answers the same', async () => {
    for (const presence of ['online', 'away']) {
      const mara = newcomer()
      dataOf(await setPresence(s.app, agent, presence))
      const key = { 'idempotency-key': `chat-${presence}` }
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => open(index % 2 ? s.app : other, mara, {}, key)),
      )
      const first = answers.find(({ statusCode }) => statusCode === 201)
      for (const { statusCode, body } of answers)
        if (statusCode === 201) assert.equal(body, first?.body)
        else assert.equal(statusCode, 409, body)
      const again = await open(other, mara, {}, key)
      assert.deepEqual([again.statusCode, again.body], [201, first?.body])
      const [count] = await sql(
        s.database,
        `SELECT COUNT(*) AS n FROM chat_sessions WHERE creator_key = '${mara.sub}'`,
      )
      assert.equal(count?.n, 1)
      assert.equal((await ticketsOf(s, mara)).length, presence === 'away' ? 1 : 0)
      assertFailure(await open(s.app, mara, { message: 'another' }, key), { status: 422 })
    }
  })

  it('a key whose first try died after its effect answers for that, and opens no second one', async () => {
    const mara = newcomer()
    const key = { 'idempotency-key': 'died' }
    const first = dataOf<Session>(await open(s.app, mara, {}, key), 201)
    await sql(
      s.database,
      `UPDATE idempotency_keys SET status = NULL, body = NULL, content_type = NULL, locked_until = UTC_TIMESTAMP(3)
        WHERE resource = '${first.id}'`,
    )
    assert.deepEqual(dataOf(await open(other, mara, {}, key), 201), first)
    assert.equal((await ticketsOf(s, mara)).length, 1)
  })

  it('takes the title that is given, or the first line, of 255 characters at most', async () => {
    const titleOf = async (fields: object) => (await opened(s.app, newcomer(), fields)).title
    assert.equal(await titleOf({ title: ' As it is ', message: 'x' }), ' As it is ')
    assert.equal(await titleOf({ message: '🖨'.repeat(255) }), '🖨'.repeat(255))
    assert.equal(await titleOf({ message: '🖨'.repeat(256) }), `${'🖨'.repeat(254)}…`)
    assert.equal(await titleOf({ message: '\r\n\u2028 \t\r\nsecond\rthird' }), 'second')
  })

  it('refuses what is no message, and anybody without a token', async () => {
    const mara = newcomer(4)
    const wrong = [
      [{ message: '' }, 'message'],
      [{ message: ' \n ' }, 'message'],
      [{ message: 'x'.repeat(10_001) }, 'message'],
      [{ message: 5 }, 'message'],
      [{ title: 'x'.repeat(256) }, 'title'],
      [{ title: '  ' }, 'title'],
      [{ category: 'gossip' }, 'category'],
    ] as const
    for (const [fields, field] of wrong)
      assertFailure(await open(s.app, mara, fields), { status: 400, fields: [field] })
    assertFailure(await open(s.app, { ...mara, headers: {} }), { status: 401 })
    assert.equal(await countChats(4), 0)
  })
})
