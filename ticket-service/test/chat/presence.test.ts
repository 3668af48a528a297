import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { roles } from '@werk/shared/auth/principal'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { dataOf, endPresence, expirePresence, getPresence, setPresence } from './chats.ts'

const mara = member(1)
const agent = member(10, 'agent')
const admin = member(11, 'admin')
const vendor = member(12, 'vendor')
const elsewhere = member(20, 'agent', 2)

describe('presence', () => {
  let s: TicketService
  let other: TicketService['app']
  before(async () => {
    s = await startTicketService({ CHAT_PRESENCE_SECONDS: '60' })
    other = await s.startReplica()
  })
  beforeEach(async () => {
    await enrol(s, [mara, agent, admin, vendor, elsewhere])
    await sql(s.database, 'DELETE FROM chat_presence')
  })
  after(() => s.close())

  type Presence = { agents_online: boolean; agents?: { user_id: number; name: string; status: string }[] }
  const seenBy = async (by = mara) => dataOf<Presence>(await getPresence(other, by))
  const isOnline = async (by = mara) => (await seenBy(by)).agents_online

  it('of an agent, admin or vendor is known on every replica, and says how often it is to be said again', async () => {
    for (const one of [agent, admin, vendor]) {
      assert.equal(await isOnline(), false)
      assert.deepEqual(dataOf(await setPresence(s.app, one)), {
        ...{ status: 'online', heartbeat_seconds: 20, expires_in_seconds: 60 },
      })
      assert.equal(await isOnline(), true)
      dataOf(await endPresence(s.app, one))
    }
  })

  it('is over once it was not said again for its seconds, and not before', async () => {
    dataOf(await setPresence(s.app, agent))
    const [row] = await sql(
      s.database,
      'SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), expires_at) / 1000000 AS left_seconds FROM chat_presence',
    )
    assert.ok(Number(row?.left_seconds) > 50 && Number(row?.left_seconds) <= 60)
    await expirePresence(s, -5)
    assert.equal(await isOnline(), true)
    await expirePresence(s, 0)
    assert.equal(await isOnline(), false)
    dataOf(await setPresence(s.app, agent))
    assert.equal(await isOnline(), true)
  })

  it('away takes no new chats, and is no absence', async () => {
    dataOf(await setPresence(s.app, agent))
    dataOf(await setPresence(s.app, agent, 'away'))
    assert.equal(await isOnline(), false)
    assert.deepEqual((await seenBy(admin)).agents, [{ user_id: 10, name: 'agent 10', status: 'away' }])
  })

  it('ends when it is said to, at once and as often as one likes', async () => {
    dataOf(await setPresence(s.app, agent))
    for (const _ of [1, 2]) assert.equal(dataOf(await endPresence(other, agent)), null)
    assert.deepEqual(await seenBy(admin), { agents_online: false, agents: [] })
  })

  it('is counted by what the directory says now: not of who was deactivated, demoted or moved', async () => {
    const changes = ['active = FALSE', "role = 'user'", 'tenant_id = 2']
    for (const change of changes) {
      await enrol(s, [agent])
      dataOf(await setPresence(s.app, agent))
      assert.equal(await isOnline(), true)
      await sql(s.database, `UPDATE directory_users SET ${change} WHERE id = 10`)
      assert.equal(await isOnline(), false, change)
      assertFailure(await setPresence(s.app, agent), { status: 403, code: 'chat.forbidden' })
    }
  })

  it('is of one tenant', async () => {
    dataOf(await setPresence(s.app, elsewhere))
    assert.deepEqual(await seenBy(admin), { agents_online: false, agents: [] })
    assert.equal(await isOnline(member(2, 'user', 2)), true)
  })

  it('who is there, staff alone is told', async () => {
    dataOf(await setPresence(s.app, agent))
    dataOf(await setPresence(s.app, admin, 'away'))
    const agents = [
      { user_id: 10, name: 'agent 10', status: 'online' },
      { user_id: 11, name: 'admin 11', status: 'away' },
    ]
    for (const role of roles) {
      const isStaff = role === 'agent' || role === 'admin' || role === 'vendor'
      const seen = await seenBy(member(30, role))
      assert.deepEqual(seen, { agents_online: true, ...(isStaff && { agents }) }, role)
    }
  })

  it('nobody answers their own chat, so their own presence is none to them', async () => {
    dataOf(await setPresence(s.app, agent))
    assert.equal(await isOnline(agent), false)
    assert.equal(await isOnline(admin), true)
  })

  it('is for staff with an account of the tenant: all others are refused', async () => {
    for (const role of ['user', 'committee'] as const) {
      await enrol(s, [member(31, role)])
      for (const answer of [
        await setPresence(s.app, member(31, role)),
        await endPresence(s.app, member(31, role)),
      ])
        assertFailure(answer, { status: 403, code: 'auth.forbidden' })
    }
    // No account, nobody's, and an operator's from elsewhere.
    assertFailure(await setPresence(s.app, member(99, 'agent')), { status: 403, code: 'chat.forbidden' })
    const operator = { ...admin, headers: { ...admin.headers, 'x-tenant-id': '2' } }
    assertFailure(await setPresence(s.app, operator), { status: 403, code: 'chat.forbidden' })
    assertFailure(await setPresence(s.app, agent, 'busy'), { status: 400, fields: ['status'] })
    assertFailure(await setPresence(s.app, { ...agent, headers: {} }), { status: 401 })
  })
})
