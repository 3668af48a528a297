import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createPool, type Pool } from '@werk/shared/database/pool'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { createTicketListRepository, type TicketFilter } from '../../src/tickets/ticket-list.repository.ts'
import type { Viewer } from '../../src/tickets/ticket-policy.ts'
import { enrol, member, patch, raise } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const owner = member(1)
const [agent, colleague, admin] = [member(11, 'agent'), member(12, 'agent'), member(13, 'admin')]
const stranger = member(21, 'admin', 2)

describe('GET /tickets?tag=', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, agent, colleague, admin, stranger])
  })
  after(() => s.close())

  const list = (by: typeof owner, query: string) => send(s.app, by, 'GET', `/tickets?${query}`)
  const idsOf = (answer: { json(): { data: { id: string }[] } }) => answer.json().data.map(({ id }) => id)
  const tagged = async (tags: string[], by = owner, tagger = admin, fields: object = {}) => {
    const { id } = await raise(s.app, by, fields)
    const answer = await send(s.app, tagger, 'PUT', `/tickets/${id}/tags`, { tags })
    assert.equal(answer.statusCode, 200, answer.body)
    return id
  }

  it('lists what has the tag, however it is written, in the order of time and with cursors both ways', async () => {
    const ids = [await tagged(['alpha', 'other']), await tagged(['ALPHA']), await tagged(['alpha'])]
    await tagged(['alphabet'])
    assert.deepEqual(idsOf(await list(admin, 'limit=10&tag=%20Alpha')), ids)
    const first = await list(admin, 'limit=2&tag=alpha')
    assert.deepEqual(idsOf(first), ids.slice(0, 2))
    const second = await list(admin, `limit=2&tag=alpha&cursor=${first.json().meta.pagination.next_cursor}`)
    assert.deepEqual(idsOf(second), ids.slice(2))
    assert.equal(second.json().meta.pagination.has_next, false)
    const back = await list(admin, `limit=2&tag=alpha&cursor=${second.json().meta.pagination.prev_cursor}`)
    assert.deepEqual(idsOf(back), ids.slice(0, 2))
  })

  it('goes together with the other filters', async () => {
    const [one, two] = [
      await tagged(['mixed'], owner, admin, { priority: 'high', title: 'a burning printer' }),
      await tagged(['mixed'], owner, admin, { priority: 'low' }),
    ]
    await patch(s.app, admin, two, { agent_id: agent.uid })
    assert.deepEqual(idsOf(await list(admin, 'limit=10&tag=mixed&priority=high')), [one])
    assert.deepEqual(idsOf(await list(admin, `limit=10&tag=mixed&agent_id=${agent.uid}`)), [two])
    assert.deepEqual(idsOf(await list(admin, 'limit=10&tag=mixed&q=burning')), [one])
    assert.deepEqual(idsOf(await list(admin, 'limit=10&tag=mixed&created_from=2000-01-01T00:00:00Z')), [
      one,
      two,
    ])
    assert.deepEqual(idsOf(await list(admin, 'limit=10&tag=mixed&created_to=2000-01-01T00:00:00Z')), [])
  })

  it('shows nobody more than without it, and tells an owner nothing of tags', async () => {
    const [theirs, free] = [await tagged(['secret']), await tagged(['secret'])]
    const mine = await tagged(['secret'], colleague, admin)
    await patch(s.app, admin, theirs, { agent_id: agent.uid })
    await patch(s.app, admin, mine, { agent_id: agent.uid })
    const foreign = await tagged(['secret'], stranger, stranger)
    assert.deepEqual(idsOf(await list(admin, 'limit=10&tag=secret')), [theirs, free, mine])
    assert.deepEqual(idsOf(await list(agent, 'limit=10&tag=secret')), [theirs, free, mine])
    // Of the ticket that they raised themselves and another answers, they are an owner like any other.
    assert.deepEqual(idsOf(await list(colleague, 'limit=10&tag=secret')), [free])
    assert.deepEqual(idsOf(await list(owner, 'limit=10&tag=secret')), [])
    assert.deepEqual(idsOf(await list(stranger, 'limit=10&tag=secret')), [foreign])
  })

  it('a tag that can be none is refused', async () => {
    for (const tag of ['', '%20', '%00', 'x'.repeat(51)])
      assertFailure(await list(admin, `limit=10&tag=${tag}`), { status: 400 })
    assert.deepEqual(idsOf(await list(admin, 'limit=10&tag=%25')), [])
  })

  it('goes along the index of the tag, in its order, for everybody and in both directions', async (t) => {
    await fill(s)
    const pool = createPool(s.config)
    t.after(() => pool.end())
    const found: string[] = []
    const viewers: Viewer[] = [
      { sees: 'tenant', uid: 13, key: 'a' },
      { sees: 'desk', uid: 11, key: 'a' },
      { sees: 'desk', uid: null, key: 'a' },
    ]
    const middle = '01890000-0001-7800-8000-000000000000'
    for (const viewer of viewers)
      for (const tag of ['common', 'rare'])
        for (const position of [null, { after: middle }, { before: middle }])
          for (const plan of await explain(pool, viewer, { ...everything, tag }, position))
            if (plan.table === 'g' || plan.table === 't')
              found.push(
                `${plan.table} ${plan.key} ${/filesort|temporary/.test(String(plan.Extra)) ? 'sorted' : 'in order'}`,
              )
    assert.deepEqual([...new Set(found)].sort(), [
      'g ticket_tags_tenant_id_tag_ticket_id_idx in order',
      't PRIMARY in order',
    ])
  })
})

const everything: TicketFilter = {
  ...{ status: null, priority: null, category: null, memberId: null, agentId: null, unassigned: false },
  ...{ creatorKey: null, createdFrom: null, createdTo: null, overdueAt: null, tag: null, search: null },
}

/** How the database goes about what the repository asks of it. */
async function explain(
  pool: Pool,
  viewer: Viewer,
  filter: TicketFilter,
  position: { after: string } | { before: string } | null,
) {
  const plans: Record<string, unknown>[] = []
  const explaining = new Proxy(pool, {
    get(target, name) {
      if (name !== 'execute') return Reflect.get(target, name)
      return async (statement: string, values: unknown[]) => {
        plans.push(...(await target.query(`EXPLAIN FORMAT=TRADITIONAL ${statement}`, values)))
        return []
      }
    },
  })
  await createTicketListRepository(explaining).list({ tenantId: 9, viewer }, filter, position, 21)
  return plans
}

/** 20,000 tickets of another tenant, all of them with one tag, a few with another. */
async function fill({ database }: TicketService): Promise<void> {
  const digits = Array.from({ length: 20 }, (_, i) => `SELECT ${i} AS n`).join(' UNION ALL ')
  await sql(
    database,
    `INSERT INTO tickets (id, tenant_id, source_id, creator_id, customer_id, category_id, type_id, priority_id, title,
        description, creator_email, creator_key, status, agent_id, created_at, updated_at, synced_at)
      SELECT LOWER(CONCAT('01890000-', LPAD(HEX(i DIV 4096), 4, '0'), '-7', LPAD(HEX(i MOD 4096), 3, '0'), '-8000-000000000000')),
          9, 1, 1, 1, 1, 1, 1, 't', 'd', 'b', 'b', 'open', IF(i MOD 3 = 0, NULL, i MOD 50), NOW(3), NOW(3), NOW(3)
        FROM (SELECT a.n * 1000 + b.n * 50 + c.n * 5 + d.n AS i FROM (${digits}) a, (${digits}) b
          JOIN (${digits}) c ON c.n < 10 JOIN (${digits}) d ON d.n < 5) numbers`,
  )
  await sql(database, "INSERT INTO ticket_tags SELECT id, 'common', 9 FROM tickets WHERE tenant_id = 9")
  await sql(
    database,
    "INSERT INTO ticket_tags SELECT id, 'rare', 9 FROM tickets WHERE tenant_id = 9 AND id LIKE '%77-8000-%'",
  )
  await sql(database, 'ANALYZE TABLE tickets, ticket_tags')
}
