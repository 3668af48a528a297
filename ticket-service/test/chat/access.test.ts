import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { enrol, type Member, member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import {
  accept,
  close,
  dataOf,
  endPresence,
  getPresence,
  getSession,
  list,
  opened,
  poll,
  type Session,
  say,
  setPresence,
  talking,
} from './chats.ts'

const states = ['waiting', 'active', 'closed', 'ticket', 'ticket of nobody'] as const
type State = (typeof states)[number]

const mara = member(1)
const ada = member(10, 'agent')
const inTenant2 = (one: Member): Member => ({ ...one, headers: { ...one.headers, 'x-tenant-id': '2' } })

/** Who may read which of mara's chats in tenant 1, of which ada had those that an agent had. */
const table: [string, Member, readonly State[]][] = [
  ['who opened it', mara, states],
  ['who opened it, by a token without an account', { ...mara, headers: bearer({ sub: mara.sub }) }, states],
  [
    'whose name it was, with another account',
    { ...member(2), headers: bearer({ sub: mara.sub, uid: 2 }) },
    [],
  ],
  ['the agent who accepted it', ada, ['waiting', 'active', 'closed', 'ticket']],
  ['another agent', member(11, 'agent'), ['waiting']],
  ['an agent without an account', { ...ada, headers: bearer({ sub: 'x', role: 'agent' }) }, ['waiting']],
  ['an admin', member(12, 'admin'), states],
  ['a vendor', member(13, 'vendor'), states],
  ['another person', member(3), []],
  ['a committee', member(4, 'committee'), []],
  ['the same person in another tenant', member(1, 'user', 2), []],
  ['an agent of another tenant', member(20, 'agent', 2), []],
  ['an admin of another tenant', member(21, 'admin', 2), []],
  ['an operator in another tenant', inTenant2(member(12, 'admin')), []],
]

describe('who may know of a chat', () => {
  let s: TicketService
  const chats = new Map<State, string>()
  before(async () => {
    s = await startTicketService()
    await enrol(
      s,
      table.map(([, one]) => one),
    )
    await enrol(s, [mara, ada, member(12, 'admin')])
    chats.set('ticket of nobody', (await opened(s.app, mara)).id)
    for (const state of ['active', 'closed', 'ticket'] as const) {
      const { id } = await talking(s.app, mara, ada)
      if (state !== 'active') dataOf(await close(s.app, ada, id, { to_ticket: state === 'ticket' }))
      chats.set(state, id)
    }
    chats.set('waiting', (await opened(s.app, mara)).id)
    await opened(s.app, member(1, 'user', 2))
  })
  after(() => s.close())

  it('by one policy: each state × each viewer × each route, 404 wherever it does not show', async (t) => {
    let [shown, hidden] = [0, 0]
    for (const [name, viewer, visible] of table)
      for (const [state, id] of chats) {
        const reads = [await getSession(s.app, viewer, id), await poll(s.app, viewer, id)]
        if (visible.includes(state)) {
          for (const answer of reads) assert.equal(answer.statusCode, 200, `${name}: ${state}`)
          assert.equal(reads[0]?.json().data.id, id)
          shown += reads.length
          continue
        }
        const writes = [
          await say(s.app, viewer, id, 'let me in'),
          await close(s.app, viewer, id),
          await close(s.app, viewer, id, { to_ticket: true }),
        ]
        for (const answer of [...reads, ...writes])
          assertFailure(answer, { status: 404, code: 'chat.not_found', error: 'chat not found' })
        hidden += reads.length + writes.length
      }
    t.diagnostic(`${shown} shown, ${hidden} refused`)
    assert.ok(shown > 40 && hidden > 180)
    const [row] = await sql(s.database, "SELECT COUNT(*) AS n FROM chat_messages WHERE message = 'let me in'")
    assert.equal(row?.n, 0)
  })

  it('in lists as well: staff what waits and is theirs to see, all others their own, nobody anything else', async () => {
    for (const [name, viewer, visible] of table) {
      const listed = dataOf<Session[]>(await list(s.app, viewer)).map(({ id }) => id)
      const isStaff = viewer.role === 'agent' || viewer.role === 'admin' || viewer.role === 'vendor'
      const due = [...chats]
        .filter(
          ([state]) => visible.includes(state) && (!isStaff || state === 'waiting' || state === 'active'),
        )
        .map(([, id]) => id)
      const ofTenant1 = listed.filter((id) => [...chats.values()].includes(id))
      assert.deepEqual(ofTenant1, due.toSorted(), name)
      const others = listed.length - ofTenant1.length
      assert.ok(others === 0 || name.includes('another tenant'), name)
    }
  })

  it('lists are read page by page, both ways, and limit is required', async () => {
    const all = dataOf<Session[]>(await list(s.app, mara)).map(({ id }) => id)
    assert.equal(all.length, 5)
    const first = await list(s.app, mara, 'limit=2')
    const { next_cursor } = first.json().meta.pagination
    const second = await list(s.app, mara, `limit=2&cursor=${next_cursor}`)
    assert.deepEqual(
      dataOf<Session[]>(second).map(({ id }) => id),
      all.slice(2, 4),
    )
    const { prev_cursor } = second.json().meta.pagination
    assert.deepEqual(dataOf(await list(s.app, mara, `limit=2&cursor=${prev_cursor}`)), dataOf(first))
    assertFailure(await list(s.app, mara, ''), { status: 400, fields: ['limit'] })
  })

  it('a name that differs in blanks at its end is another one', async () => {
    const other = { ...member(5), headers: bearer({ sub: `${mara.sub} ` }) }
    assert.deepEqual(dataOf(await list(s.app, other)), [])
    assertFailure(await getSession(s.app, other, chats.get('active') ?? ''), { status: 404 })
  })

  it('an operator of tenant 1 works in another tenant as its admin, and does not accept there', async () => {
    const operator = inTenant2(member(12, 'admin'))
    dataOf(await setPresence(s.app, member(20, 'agent', 2)))
    const { id } = await opened(s.app, member(1, 'user', 2))
    assert.equal((await getSession(s.app, operator, id)).statusCode, 200)
    assertFailure(await accept(s.app, operator, id), { status: 403, code: 'chat.forbidden' })
    assert.equal(dataOf<Session>(await close(s.app, operator, id, { to_ticket: true })).status, 'ticket')
    const [row] = await sql(
      s.database,
      `SELECT tenant_id FROM tickets WHERE id = (SELECT ticket_id FROM chat_sessions WHERE id = '${id}')`,
    )
    assert.equal(row?.tenant_id, 2)
  })

  it('nobody without a good token, nor in a foreign tenant', async () => {
    const id = chats.get('active') ?? ''
    const calls = (by: Member) => [
      ...[getSession(s.app, by, id), poll(s.app, by, id), list(s.app, by), accept(s.app, by, id)],
      ...[say(s.app, by, id, 'x'), close(s.app, by, id), getPresence(s.app, by), endPresence(s.app, by)],
    ]
    for (const answer of await Promise.all(calls({ ...mara, headers: {} })))
      assertFailure(answer, { status: 401 })
    for (const answer of await Promise.all(calls(inTenant2(mara)))) assertFailure(answer, { status: 403 })
  })
})
