import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Connection, connect } from '@werk/shared/database/migration-connection'
import type { Pool } from '@werk/shared/database/pool'
import type { Position } from '../../src/paging/position.ts'
import { createTicketListRepository, type TicketFilter } from '../../src/tickets/ticket-list.repository.ts'
import { viewerOf } from '../../src/tickets/ticket-policy.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { createRandom, hour, makeTickets, seedTickets } from './seeded-tickets.ts'

const now = new Date()
const rows = 20_000
const limit = 21

const nothing: TicketFilter = {
  ...{ status: null, priority: null, category: null, memberId: null, agentId: null, unassigned: false },
  ...{ creatorKey: null, createdFrom: null, createdTo: null, overdueAt: null, tag: null, search: null },
}
const viewers = {
  user: viewerOf('user', 101, 'user101@example.com'),
  agent: viewerOf('agent', 111, 'agent111@example.com'),
  admin: viewerOf('admin', 121, 'admin121@example.com'),
}
const days = (count: number) => new Date(now.getTime() - count * 24 * hour)
const filters: Record<string, Partial<TicketFilter>> = {
  none: {},
  status: { status: 'open' },
  priority: { priority: 'high' },
  category: { category: 'billing' },
  member: { memberId: 102 },
  agent: { agentId: 112 },
  unassigned: { unassigned: true },
  creator: { creatorKey: 'user102@example.com' },
  from: { createdFrom: days(20) },
  to: { createdTo: days(10) },
  overdue: { overdueAt: now },
  tag: { tag: 'vip' },
  'status and category': { status: 'in_progress', category: 'billing' },
  'status and agent': { status: 'in_progress', agentId: 112 },
  'status and member': { status: 'closed', memberId: 102 },
  'agent, category and from': { agentId: 112, category: 'billing', createdFrom: days(20) },
  search: { search: '+printer* +lamp*' },
  'search, status and from': { search: '+printer*', status: 'open', createdFrom: days(20) },
}
/** What each part of a list goes along, by hand: the columns between `tenant_id` and `id`. A user's own are few. */
const byUser = 'creator_key'
const byAgent: Record<string, string> = {
  ...{
    none: 'agent_id',
    from: 'agent_id',
    to: 'agent_id',
    status: 'agent_id_status',
    overdue: 'agent_id_status',
  },
  ...{ priority: 'agent_id', category: 'agent_id', agent: 'agent_id', unassigned: 'agent_id' },
  ...{ member: 'member_id', creator: 'creator_key', 'status and member': 'member_id' },
  ...{ 'status and category': 'agent_id_status', 'status and agent': 'agent_id_status' },
  'agent, category and from': 'agent_id',
}
const byAdmin: Record<string, string> = {
  ...{
    none: '',
    from: '',
    to: '',
    status: 'status',
    priority: 'priority',
    category: 'category',
    member: 'member_id',
  },
  ...{ agent: 'agent_id', unassigned: 'agent_id', creator: 'creator_key', overdue: 'status' },
  ...{
    'status and category': 'status',
    'status and agent': 'agent_id_status',
    'status and member': 'member_id',
  },
  'agent, category and from': 'agent_id',
}

type PlanRow = { table: string | null; type: string | null; key: string | null; Extra: string | null }

describe(`lists of ${rows} tickets`, () => {
  let s: TicketService
  let connection: Connection
  const positions: Record<string, Position> = { first: null }
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn', SLA_INTERVAL_MS: '0' })
    const random = createRandom(7)
    // As it is where tickets were kept for long: nearly all are closed.
    const tickets = makeTickets(random, rows, now).map((ticket) => {
      const status = random.chance(0.9) ? 'closed' : random.pick(['open', 'in_progress', 'resolved'])
      return {
        ...ticket,
        status,
        stoppedAt: status === 'open' || status === 'in_progress' ? null : ticket.createdAt,
      }
    })
    await seedTickets(s.database, tickets)
    const middle = tickets[rows / 2]?.id ?? assert.fail()
    Object.assign(positions, { after: { after: middle }, before: { before: middle } })
    connection = await connect(s.database.url)
    await connection.query('ANALYZE TABLE tickets, ticket_replies, ticket_tags')
  })
  after(async () => {
    await connection.end()
    await s.close()
  })

  /** The statement that a list asks the database; null where it has no need to ask. */
  const statementOf = async (viewer: keyof typeof viewers, filter: string, position: Position) => {
    let asked: { sql: string; values: unknown[] } | null = null
    const pool = {
      execute: async (sql: string, values: unknown[]) => {
        asked = { sql, values }
        return []
      },
    } as unknown as Pool
    const scope = { tenantId: 1, viewer: viewers[viewer] }
    await createTicketListRepository(pool).list(scope, { ...nothing, ...filters[filter] }, position, limit)
    return asked as { sql: string; values: unknown[] } | null
  }
  const planOf = async ({ sql, values }: { sql: string; values: unknown[] }): Promise<PlanRow[]> =>
    connection.query(`EXPLAIN FORMAT=TRADITIONAL ${sql}`, values)
  /** How many rows and entries of indexes the database reads for it. */
  const readsOf = async ({ sql, values }: { sql: string; values: unknown[] }): Promise<number> => {
    await connection.query('FLUSH STATUS')
    await connection.query(sql, values)
    const counts: { Value: string }[] = await connection.query("SHOW SESSION STATUS LIKE 'Handler_read%'")
    return counts.reduce((sum, { Value }) => sum + Number(Value), 0)
  }

  const expectedKeys = (viewer: keyof typeof viewers, filter: string): string[] => {
    const { tag, search } = { ...nothing, ...filters[filter] }
    if (search !== null) return ['PRIMARY', 'tickets_title_description_idx', 'ticket_replies_message_idx']
    if (tag !== null) return ['ticket_tags_tenant_id_tag_ticket_id_idx', 'PRIMARY']
    const between = {
      user: [byUser],
      agent: [byAgent[filter] ?? assert.fail(filter), byUser],
      admin: [byAdmin[filter] ?? assert.fail(filter)],
    }[viewer]
    return between.map((columns) => ['tickets_tenant_id', ...(columns ? [columns] : []), 'id_idx'].join('_'))
  }

  it('go along an index each, whoever asks for whatever from wherever, and only a page or what was searched is sorted', async (t) => {
    let count = 0
    for (const filter of Object.keys(filters))
      for (const viewer of ['user', 'agent', 'admin'] as const) {
        const chosen = new Set<string>()
        for (const [where, position] of Object.entries(positions)) {
          const statement = await statementOf(viewer, filter, position)
          if (statement === null) continue
          count += 1
          for (const { table, type, key, Extra } of await planOf(statement)) {
            // Of a part that is impossible nothing is read; the others are made of pages, or of what was found.
            if (table === null || table.startsWith('<')) continue
            const what = `${filter}, ${viewer}, ${where}: ${table} ${type} ${key} ${Extra}`
            assert.ok(key !== null && expectedKeys(viewer, filter).includes(key), what)
            assert.ok(['ref', 'range', 'eq_ref', 'fulltext'].includes(String(type)), what)
            assert.doesNotMatch(String(Extra), /filesort|temporary/, what)
            chosen.add(key)
          }
        }
        t.diagnostic(`${filter}, ${viewer}: ${[...chosen].join(', ') || 'nothing to ask for'}`)
      }
    t.diagnostic(`${count} statements`)
    assert.ok(count > 150)
  })

  it('read no more than a page where an index has what is asked for, on the first page and in the middle', async (t) => {
    const exact = [
      'none',
      'status',
      'priority',
      'category',
      'member',
      'agent',
      'unassigned',
      'creator',
      'status and agent',
    ]
    for (const filter of exact)
      for (const position of Object.values(positions)) {
        const statement = await statementOf('admin', filter, position)
        const reads = await readsOf(statement ?? assert.fail())
        assert.ok(reads <= limit + 5, `${filter}: ${reads} reads of a page of ${limit}`)
      }
    for (const [viewer, parts] of [
      ['user', 1],
      ['agent', 3],
    ] as const)
      for (const position of Object.values(positions)) {
        const statement = await statementOf(viewer, 'none', position)
        const reads = await readsOf(statement ?? assert.fail())
        t.diagnostic(`${viewer}: ${reads} reads`)
        assert.ok(reads <= 4 * parts * limit, `${viewer}: ${reads} reads`)
      }
  })

  it('find what is overdue among what is not finished, without looking through all that is closed', async () => {
    for (const position of Object.values(positions)) {
      const reads = await readsOf((await statementOf('admin', 'overdue', position)) ?? assert.fail())
      assert.ok(reads < rows / 40, `${reads} reads`)
    }
  })
})
