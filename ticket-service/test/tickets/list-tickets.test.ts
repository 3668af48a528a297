import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { read } from '../kit/desk.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { expected, type Query, type Viewer, viewers } from './list-oracle.ts'
import {
  agentsOf,
  categories,
  createRandom,
  hour,
  makeTickets,
  owners,
  priorities,
  type Random,
  seedTickets,
  statuses,
  tags,
  words,
} from './seeded-tickets.ts'

const seed = 20_261_128
const now = new Date()
const tickets = makeTickets(createRandom(seed), 300, now)

describe('GET /tickets', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn', SLA_INTERVAL_MS: '0' })
    await seedTickets(s.database, tickets)
  })
  after(() => s.close())

  type Page = { data: { id: string }[]; meta: { pagination: Record<string, unknown> } }
  const list = async ({ headers }: Viewer, query: Query, limit: number, cursor?: unknown): Promise<Page> => {
    const params = { limit: String(limit), ...query, ...(cursor !== undefined && { cursor: String(cursor) }) }
    const answer = await s.app.inject({ url: `/tickets?${new URLSearchParams(params)}`, headers })
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json()
  }
  const idsOf = ({ data }: Page) => data.map(({ id }) => id)

  /** Walks to the end and back to the beginning. @returns how many pages that were */
  const assertWalk = async (by: Viewer, query: Query, limit: number, what: string): Promise<number> => {
    const due = expected(tickets, by, query, now).map(({ id }) => id)
    let page = await list(by, query, limit)
    let pages = 1
    const there = [...idsOf(page)]
    assert.equal(page.meta.pagination.has_prev, false)
    for (; page.meta.pagination.has_next; pages += 1) {
      assert.equal(page.data.length, limit, what)
      assert.equal(page.meta.pagination.next_cursor, page.data.at(-1)?.id)
      page = await list(by, query, limit, page.data.at(-1)?.id)
      there.push(...idsOf(page))
    }
    assert.deepEqual(there, due, what)
    const back = [...idsOf(page)]
    for (; page.meta.pagination.has_prev; pages += 1) {
      page = await list(by, query, limit, page.meta.pagination.prev_cursor)
      back.unshift(...idsOf(page))
    }
    assert.deepEqual(back, due, `back: ${what}`)
    return pages
  }

  for (const [who, by] of Object.entries(viewers))
    it(`visits every ticket that is for ${who} once and in order, there and back`, async (t) => {
      let pages = 0
      for (const limit of [1, 7, 100]) pages += await assertWalk(by, {}, limit, `${who}, ${limit}`)
      t.diagnostic(`${expected(tickets, by, {}, now).length} of ${tickets.length} tickets, ${pages} pages`)
    })

  /** What each filter may be asked for, of tenant 1. */
  const filters: Record<keyof Query, (random: Random) => string> = {
    status: (random) => random.pick(statuses),
    priority: (random) => random.pick(priorities),
    category: (random) => random.pick(categories),
    member_id: (random) => String(random.pick(owners).uid),
    agent_id: (random) => String(random.pick([...agentsOf(1), ...agentsOf(2), 999])),
    unassigned: (random) => random.pick(['true', 'false']),
    creator: (random) => random.pick([...owners.map(({ sub }) => sub), 'USER101@example.com', 'nobody']),
    created_from: (random) => momentOf(random),
    created_to: (random) => momentOf(random),
    overdue: (random) => random.pick(['true', 'false']),
    tag: (random) => random.pick([...tags, 'none']),
    q: (random) =>
      Array.from({ length: 1 + random.below(2) }, () =>
        random.pick(words).slice(0, 3 + random.below(6)),
      ).join(' '),
  }
  /** Any, or just that of a ticket, at which a bound counts. */
  const momentOf = (random: Random) =>
    (random.chance(0.5)
      ? random.pick(tickets).createdAt
      : new Date(now.getTime() - random.below(31 * 24) * hour)
    ).toISOString()

  it('narrows by each filter alone, for every kind of viewer', async (t) => {
    const random = createRandom(seed + 1)
    let [lists, shown] = [0, 0]
    for (const [who, by] of Object.entries(viewers))
      for (const [name, choose] of Object.entries(filters))
        for (let count = 0; count < 2; count += 1) {
          const query = { [name]: choose(random) }
          shown += expected(tickets, by, query, now).length
          await assertWalk(by, query, 30, `${who} ${JSON.stringify(query)}`)
          lists += 1
        }
    t.diagnostic(`${lists} lists, ${shown} tickets due, seed ${seed + 1}`)
    assert.ok(shown > 1000)
  })

  it('narrows by any combination of filters, at any size of page', async (t) => {
    const random = createRandom(seed + 2)
    let [lists, shown] = [0, 0]
    for (; lists < 200; lists += 1) {
      const [who, by] = random.pick(Object.entries(viewers))
      const chosen = Object.entries(filters).filter(() => random.chance(0.2))
      const query: Query = Object.fromEntries(chosen.map(([name, choose]) => [name, choose(random)]))
      shown += expected(tickets, by, query, now).length
      await assertWalk(by, query, 1 + random.below(40), `${who} ${JSON.stringify(query)}`)
    }
    t.diagnostic(`${lists} lists, ${shown} tickets due, seed ${seed + 2}`)
    assert.ok(shown > 1000)
  })

  it('shows a ticket as GET /tickets/:id does', async () => {
    const by = viewers['an admin']
    assert.ok(by)
    const { data } = await list(by, {}, 5)
    for (const ticket of data)
      assert.deepEqual((await read(s.app, by.member, `/tickets/${ticket.id}`)).json().data, ticket)
  })

  it('what is wrong in the query → 400 with the field', async () => {
    const { member: admin } = viewers['an admin'] ?? assert.fail()
    const bad: [query: string, field: string][] = [
      ...[
        '',
        'limit=',
        'limit=0',
        'limit=101',
        'limit=-1',
        'limit=1.5',
        'limit=1e1x',
        'limit=1e999',
        'limit=Infinity',
        'limit=ten',
        'limit=1&limit=2',
      ].map((query): [string, string] => [query, 'limit']),
      ...[
        'x',
        '1',
        'before:',
        'after:01a22431-3d52-7125-8f80-c64f7c3b27aa',
        '01a22431-3d52-7125-8f80-c64f7c3b27aa%20',
        '%00',
      ].map((cursor): [string, string] => [`limit=1&cursor=${cursor}`, 'cursor']),
      ['limit=1&status=done', 'status'],
      ['limit=1&status=', 'status'],
      ['limit=1&status=open&status=closed', 'status'],
      ['limit=1&priority=urgent', 'priority'],
      ['limit=1&category=hardware', 'category'],
      ['limit=1&member_id=0', 'member_id'],
      ['limit=1&member_id=x', 'member_id'],
      ['limit=1&agent_id=1.5', 'agent_id'],
      ['limit=1&agent_id=null', 'agent_id'],
      ['limit=1&unassigned=yes', 'unassigned'],
      ['limit=1&overdue=1', 'overdue'],
      ['limit=1&created_from=yesterday', 'created_from'],
      ['limit=1&created_from=2026-11-28', 'created_from'],
      ['limit=1&created_to=2026-02-30T00:00:00Z', 'created_to'],
      ['limit=1&created_to=2026-01-01T00:00:00', 'created_to'],
      [`limit=1&creator=${'x'.repeat(321)}`, 'creator'],
      ['limit=1&q=', 'q'],
      [`limit=1&q=${'x'.repeat(201)}`, 'q'],
    ]
    for (const [query, field] of bad) {
      const answer = await read(s.app, admin, `/tickets?${query}`)
      assertFailure(answer, { status: 400, fields: [field] })
    }
  })

  it('takes moments at any offset, from the first year to the last; what no clock of ours shows is 400', async () => {
    const by = viewers['an admin'] ?? assert.fail()
    const third = tickets.filter(({ tenantId }) => tenantId === 1)[2] ?? assert.fail()
    const local = new Date(third.createdAt.getTime() + 5.5 * hour).toISOString().replace('Z', '+05:30')
    const bounds: [query: Query, count: number][] = [
      [{ created_to: local }, 2],
      [{ created_to: local.replace('T', ' ').toLowerCase() }, 2],
      [{ created_to: '0001-01-01T00:00:00Z' }, 0],
      [{ created_to: '0000-01-01T00:00:00+23:59' }, 0],
      [{ created_to: '9999-12-31T23:59:59-23:59', created_from: '0000-01-01T00:00:00+23:59' }, 100],
      [{ created_from: '9999-12-31T23:59:59Z' }, 0],
    ]
    for (const [query, count] of bounds)
      assert.equal((await list(by, query, 100)).data.length, count, JSON.stringify(query))
    for (const moment of ['2016-12-31T23:59:60Z', '2026-11-28T12:00:00+05'])
      for (const field of ['created_from', 'created_to']) {
        const url = `/tickets?${new URLSearchParams({ limit: '1', [field]: moment })}`
        assertFailure(await read(s.app, by.member, url), { status: 400, fields: [field] })
      }
  })

  it('without a token → 401', async () => {
    assertFailure(await s.app.inject('/tickets?limit=1'), { status: 401 })
  })
})
