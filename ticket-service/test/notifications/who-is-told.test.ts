import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { inTransaction } from '@werk/shared/database/pool'
import { createTestDatabase, type TestDatabase } from '@werk/shared/test-kit/database'
import type { Actor, TicketEvent, TicketOfEvent } from '../../src/tickets/ticket-event.ts'
import { sql } from '../kit/sql.ts'
import { addPeople, createTell, eventOf, nobody, person, reply, ticketOf, toldOf } from './tell.ts'

const serviceFolder = join(import.meta.dirname, '../..')
const [owner, agent, colleague, admin, vendor, watcher, gone, stranger, unknown] = [
  1, 2, 3, 4, 5, 6, 7, 8, 99,
]
const [watchingAgent, named, otherAdmin] = [9, 10, 11]

type Case = {
  what: string
  event: (ticket: TicketOfEvent) => TicketEvent
  ticket?: Partial<TicketOfEvent>
  watchers?: number[]
  told: number[]
}

const mine = { userId: owner, creatorKey: 'p1@example.com' }
const assigned = { ...mine, agentId: agent }
const byKey = { userId: null, creatorKey: 'p1@example.com' }
const by = (id: number, more: Partial<Actor> = {}) => person(id, more)
const note = (mentions: number[] = []) => reply('a secret', { internal: true, mentions })
const created = (actor: Actor) => (ticket: TicketOfEvent) => eventOf('ticket.created', ticket, actor, {})
const replied =
  (actor: Actor, what = reply('hello')) =>
  (ticket: TicketOfEvent) =>
    eventOf('ticket.replied', ticket, actor, what)
const moved = (actor: Actor) => (ticket: TicketOfEvent) =>
  eventOf('ticket.status_changed', ticket, actor, { from: 'open' })
const handed = (actor: Actor) => (ticket: TicketOfEvent) =>
  eventOf('ticket.assigned', ticket, actor, { from: null })
const escalated = (ticket: TicketOfEvent) =>
  eventOf('ticket.escalated', ticket, nobody('service'), { level: 1 })

const cases: Case[] = [
  {
    what: 'created, unassigned: all active agents',
    event: created(by(owner)),
    ticket: mine,
    told: [agent, colleague, watchingAgent],
  },
  {
    what: 'created by an agent for its owner: the owner and the other agents',
    event: created(by(agent)),
    ticket: mine,
    told: [owner, colleague, watchingAgent],
  },
  {
    what: 'created with an agent: that agent alone',
    event: created(by(owner)),
    ticket: assigned,
    told: [agent],
  },
  {
    what: 'created by an agent for themselves: the other agents',
    event: created(by(agent)),
    ticket: { userId: agent, creatorKey: 'p2@example.com' },
    told: [colleague, watchingAgent],
  },
  {
    what: 'created in InvGate: the agents, not its owner',
    event: created(nobody('invgate')),
    ticket: byKey,
    told: [agent, colleague, watchingAgent],
  },
  {
    what: 'created by the service of a chat: its owner and the agents',
    event: created(nobody('service')),
    ticket: mine,
    told: [owner, agent, colleague, watchingAgent],
  },
  {
    what: 'created by somebody without a number, who is an agent by name',
    event: created(by(0, { id: null, key: 'p2@example.com' })),
    ticket: { creatorKey: 'p2@example.com' },
    told: [colleague, watchingAgent],
  },
  { what: 'reply by the agent: the owner', event: replied(by(agent)), ticket: assigned, told: [owner] },
  {
    what: 'reply by the agent: the owner, who is known by name only',
    event: replied(by(agent)),
    ticket: { ...byKey, agentId: agent },
    told: [owner],
  },
  {
    what: 'reply by the agent: nobody, where the name is nobody’s',
    event: replied(by(agent)),
    ticket: { creatorKey: 'who@example.com', agentId: agent },
    told: [],
  },
  {
    what: 'reply by the agent: an owner whom the directory does not know yet',
    event: replied(by(agent)),
    ticket: { userId: unknown, creatorKey: 'new@example.com', agentId: agent },
    told: [unknown],
  },
  { what: 'reply by the owner: the agent', event: replied(by(owner)), ticket: assigned, told: [agent] },
  {
    what: 'reply by the owner, by name only: the agent',
    event: replied(by(0, { id: null, key: 'p1@example.com' })),
    ticket: { ...byKey, agentId: agent },
    told: [agent],
  },
  {
    what: 'reply by the owner, unassigned: the agents',
    event: replied(by(owner)),
    ticket: mine,
    told: [agent, colleague, watchingAgent],
  },
  {
    what: 'reply by an agent, unassigned: the owner alone',
    event: replied(by(colleague)),
    ticket: mine,
    told: [owner],
  },
  { what: 'reply by an admin: both', event: replied(by(admin)), ticket: assigned, told: [owner, agent] },
  {
    what: 'reply from InvGate: both',
    event: replied(nobody('invgate')),
    ticket: assigned,
    told: [owner, agent],
  },
  {
    what: 'reply that mentions: those too who may see it, and nobody twice',
    event: replied(by(agent), reply('x', { mentions: [admin, owner, admin, named, colleague, unknown] })),
    ticket: assigned,
    told: [owner, admin],
  },
  {
    what: 'reply that mentions the actor: not the actor',
    event: replied(by(agent), reply('x', { mentions: [agent] })),
    ticket: assigned,
    told: [owner],
  },
  {
    what: 'reply, watched: the watchers who may see it, each once',
    event: replied(by(agent)),
    ticket: assigned,
    watchers: [owner, agent, watcher, watchingAgent, vendor, unknown],
    told: [owner, vendor],
  },
  {
    what: 'reply, unassigned and watched: the watchers who may see it',
    event: replied(by(agent)),
    ticket: mine,
    watchers: [watcher, watchingAgent],
    told: [owner, watchingAgent],
  },
  {
    what: 'reply, assigned to somebody who is no agent any more: not to them',
    event: replied(by(owner)),
    ticket: { ...mine, agentId: named },
    told: [],
  },
  {
    what: 'note, assigned to somebody who is no agent any more: not to them',
    event: replied(by(admin), note()),
    ticket: { ...mine, agentId: named },
    told: [],
  },
  {
    what: 'reply that mentions and is watched by people of others and people who are gone: none of those',
    event: replied(by(agent), reply('x', { mentions: [gone, stranger] })),
    ticket: assigned,
    watchers: [gone, stranger],
    told: [owner],
  },
  { what: 'note by the agent: not the owner', event: replied(by(agent), note()), ticket: assigned, told: [] },
  {
    what: 'note by a colleague: the agent',
    event: replied(by(colleague), note()),
    ticket: assigned,
    told: [agent],
  },
  {
    what: 'note that mentions: staff alone, never the owner',
    event: replied(by(agent), note([colleague, owner, named, vendor, unknown])),
    ticket: assigned,
    told: [vendor],
  },
  {
    what: 'note, watched: staff alone, never the owner',
    event: replied(by(agent), note()),
    ticket: assigned,
    watchers: [owner, watcher, watchingAgent, admin],
    told: [admin],
  },
  {
    what: 'note on an agent’s own ticket: not that agent',
    event: replied(by(agent), note([colleague])),
    ticket: { userId: colleague, creatorKey: 'p3@example.com', agentId: agent },
    watchers: [colleague],
    told: [],
  },
  {
    what: 'note on an agent’s own ticket, known by name only: not that agent',
    event: replied(by(agent), note([colleague])),
    ticket: { creatorKey: 'p3@example.com', agentId: agent },
    watchers: [colleague],
    told: [],
  },
  {
    what: 'note on an unassigned ticket: nobody but the mentioned',
    event: replied(by(agent), note([admin])),
    ticket: mine,
    told: [admin],
  },
  {
    what: 'status changed by the agent: the owner, and who watches',
    event: moved(by(agent)),
    ticket: assigned,
    watchers: [admin],
    told: [owner, admin],
  },
  {
    what: 'status changed by the owner: the agent',
    event: moved(by(owner)),
    ticket: assigned,
    told: [agent],
  },
  {
    what: 'status changed by the owner, unassigned: the agents',
    event: moved(by(owner)),
    ticket: mine,
    told: [agent, colleague, watchingAgent],
  },
  {
    what: 'status changed in InvGate: both',
    event: moved(nobody('invgate')),
    ticket: assigned,
    told: [owner, agent],
  },
  {
    what: 'assigned by an admin: the new agent and the owner',
    event: handed(by(admin)),
    ticket: assigned,
    told: [owner, agent],
  },
  {
    what: 'assigned by the agent to the agent: the owner',
    event: handed(by(agent)),
    ticket: assigned,
    told: [owner],
  },
  { what: 'taken off its agent: the owner', event: handed(by(agent)), ticket: mine, told: [owner] },
  {
    what: 'escalated: the agent and the admins, never the owner',
    event: escalated,
    ticket: assigned,
    watchers: [owner, watcher, watchingAgent, vendor],
    told: [agent, admin, vendor, otherAdmin],
  },
  {
    what: 'escalated, unassigned: the agents and the admins',
    event: escalated,
    ticket: mine,
    told: [agent, colleague, admin, watchingAgent, otherAdmin],
  },
  {
    what: 'escalated ticket of an admin: not that admin',
    event: escalated,
    ticket: { userId: admin, creatorKey: 'p4@example.com', agentId: agent },
    told: [agent, otherAdmin],
  },
  {
    what: 'in another tenant: that one’s people alone',
    event: created(by(owner)),
    ticket: { ...mine, tenantId: 2 },
    told: [stranger],
  },
]

describe('who is told of what happens to a ticket', () => {
  let database: TestDatabase
  let t: ReturnType<typeof createTell>
  before(async () => {
    database = await createTestDatabase(serviceFolder)
    t = createTell(database)
    await addPeople(database, [
      { id: owner },
      { id: agent, role: 'agent' },
      { id: colleague, role: 'agent' },
      { id: admin, role: 'admin' },
      { id: otherAdmin, role: 'admin' },
      { id: vendor, role: 'vendor' },
      { id: watcher },
      { id: watchingAgent, role: 'agent' },
      { id: gone, role: 'agent', active: false },
      { id: stranger, role: 'agent', tenant: 2 },
      { id: named },
    ])
  })
  after(async () => {
    await t.end()
    await database.drop()
  })

  for (const { what, event, ticket, watchers = [], told } of cases) {
    it(what, async () => {
      const about = ticketOf(ticket)
      await watch(database, about, watchers)
      await t.tell(event(about))
      assert.deepEqual(
        await toldOf(database, about.id),
        [...told].sort((a, b) => a - b),
      )
    })
  }

  it('a cause that fails tells nobody', async () => {
    const about = ticketOf(mine)
    await assert.rejects(t.tellAndFail(created(by(owner))(about)), /the cause fails/)
    assert.deepEqual(await toldOf(database, about.id), [])
  })

  it('at most 200 agents are told', async () => {
    const many = Array.from({ length: 205 }, (_, i) => ({ id: 1000 + i, tenant: 3, role: 'agent' }))
    await addPeople(database, many)
    const about = ticketOf({ tenantId: 3 })
    await t.tell(created(by(owner))(about))
    assert.equal((await toldOf(database, about.id)).length, 200)
  })

  it('nobody waits while the directory is being replaced', async () => {
    const about = ticketOf(mine)
    await inTransaction(t.pool, async (tx) => {
      await tx.query('DELETE FROM directory_users')
      await t.tell(created(by(owner))(about))
      await tx.rollback()
    })
    assert.deepEqual(await toldOf(database, about.id), [agent, colleague, watchingAgent])
  })
})

async function watch(database: TestDatabase, ticket: TicketOfEvent, watchers: number[]): Promise<void> {
  if (watchers.length === 0) return
  await sql(
    database,
    `INSERT INTO tickets (id, tenant_id, inv_gate_id, source_id, creator_id, customer_id, category_id, type_id, priority_id,
        title, description, creator_email, creator_key, status, created_at, updated_at, synced_at)
      VALUES ('${ticket.id}', ${ticket.tenantId}, NULL, 1, 1, 1, 1, 1, 1, 'x', 'x', '', '', 'open', NOW(3), NOW(3), NOW(3))`,
  )
  const rows = watchers.map((id) => `('${ticket.id}', ${id}, ${ticket.tenantId}, NOW(3))`)
  await sql(
    database,
    `INSERT INTO ticket_watchers (ticket_id, user_id, tenant_id, created_at) VALUES ${rows.join(', ')}`,
  )
}
