import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, read } from '../kit/desk.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import {
  close,
  dataOf,
  deedsOf,
  entriesOf,
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
const admin = member(12, 'admin')
let nextUid = 100
/** Somebody who has opened nothing yet. */
const newcomer = () => member(nextUid++)

describe('POST /chat/sessions/:id/close', () => {
  let s: TicketService
  let other: TicketService['app']
  before(async () => {
    s = await startTicketService()
    other = await s.startReplica()
    await enrol(s, [ada, ben, admin])
    dataOf(await setPresence(s.app, ben))
  })
  after(() => s.close())

  it('by either side, or an admin, ends it without a ticket; who closes it is written down', async () => {
    for (const who of ['requester', 'agent', 'admin']) {
      const mara = newcomer()
      const { id } = await talking(s.app, mara, ada)
      const by = who === 'requester' ? mara : who === 'agent' ? ada : admin
      const session = dataOf<Session>(await close(s.app, by, id))
      assert.equal(session.status, 'closed')
      assert.equal(typeof session.ended_at, 'string')
      assert.deepEqual(dataOf(await getSession(other, mara, id)), session)
      const entry = (await entriesOf(s.app, mara, id)).at(-1)
      const side = who === 'requester' ? 'requester' : 'agent'
      assert.deepEqual([entry?.kind, entry?.from, entry?.user_id], ['closed', side, by.uid])
      const deed = (await deedsOf(s, id)).at(-1)
      assert.deepEqual(deed, { action: 'chat.closed', actor: by.sub, details: { by: side } })
      assert.deepEqual(await ticketsOf(s, mara), [])
    }
  })

  it('of what is closed already says so again, and changes nothing', async () => {
    const mara = newcomer()
    const { id } = await talking(s.app, mara, ada)
    const answers = await Promise.all(
      [mara, ada, admin, mara].map((by, index) => close(index % 2 ? s.app : other, by, id)),
    )
    for (const answer of answers) assert.deepEqual(dataOf(answer), dataOf(answers[0] ?? answer))
    assert.equal((await entriesOf(s.app, mara, id)).length, 3)
    assert.equal((await deedsOf(s, id)).length, 2)
  })

  it('may be done by who still waits', async () => {
    const mara = newcomer()
    const { id } = await opened(s.app, mara)
    assert.equal(dataOf<Session>(await close(s.app, mara, id)).status, 'closed')
    assert.deepEqual(await ticketsOf(s, mara), [])
  })

  it('by an agent who has not accepted it is refused, because somebody waits for an answer', async () => {
    const { id } = await opened(s.app, newcomer())
    assertFailure(await close(s.app, ada, id), { status: 403, code: 'chat.forbidden' })
  })

  it('with to_ticket makes a ticket of it at any time, and the chat says which: active, waiting or closed', async () => {
    for (const state of ['active', 'waiting', 'closed'])
      for (const by of [ada, admin]) {
        const mara = newcomer()
        const { id } = state === 'waiting' ? await opened(s.app, mara) : await talking(s.app, mara, ada)
        if (state !== 'waiting') dataOf(await say(s.app, ada, id, 'I look into it'), 201)
        if (state === 'closed') dataOf(await close(s.app, mara, id))
        const session = dataOf<Session>(await close(s.app, by, id, { to_ticket: true }))
        assert.equal(session.status, 'ticket')
        const [ticket, ...others] = await ticketsOf(s, mara)
        assert.deepEqual([ticket?.id, ticket?.user_id, others], [session.ticket_id, mara.uid, []])
        const lastLine =
          state === 'waiting' ? /The printer is on fire$/ : /agent 10 \(agent\):\n {2}I look into it$/
        assert.match(String(ticket?.description), lastLine)
        // Who asks again is told the same.
        for (const again of [true, false])
          assert.deepEqual(dataOf(await close(other, by, id, { to_ticket: again })), session)
        assert.equal((await ticketsOf(s, mara)).length, 1)
        for (const reader of [mara, by])
          assert.equal((await read(s.app, reader, `/tickets/${session.ticket_id}`)).statusCode, 200)
        const deed = (await deedsOf(s, id)).at(-1)
        const details = { ticket_id: ticket?.id, reason: 'staff' }
        assert.deepEqual(deed, { action: 'chat.ticket', actor: by.sub, details })
      }
  })

  it('with to_ticket by many at once, over two replicas, makes one ticket', async () => {
    const mara = newcomer()
    const { id } = await talking(s.app, mara, ada)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        close(index % 2 ? s.app : other, index % 3 ? ada : admin, id, { to_ticket: true }),
      ),
    )
    const ids = new Set(answers.map((answer) => dataOf<Session>(answer).ticket_id))
    assert.equal(ids.size, 1)
    assert.deepEqual(
      (await ticketsOf(s, mara)).map((ticket) => ticket.id),
      [...ids],
    )
  })

  it('with to_ticket is for staff: who opened the chat is refused', async () => {
    const mara = newcomer()
    const { id } = await talking(s.app, mara, ada)
    assertFailure(await close(s.app, mara, id, { to_ticket: true }), { status: 403, code: 'chat.forbidden' })
    assert.equal(dataOf<Session>(await getSession(s.app, mara, id)).status, 'active')
  })

  it('is 404 for all others, and 400 for what is no answer to to_ticket', async () => {
    const mara = newcomer()
    const { id } = await talking(s.app, mara, ada)
    for (const by of [ben, newcomer(), member(mara.uid, 'user', 2), member(30, 'admin', 2)])
      for (const to_ticket of [true, false])
        assertFailure(await close(s.app, by, id, { to_ticket }), { status: 404, code: 'chat.not_found' })
    assertFailure(await close(s.app, ada, id, { to_ticket: 'yes' }), { status: 400, fields: ['to_ticket'] })
  })
})
