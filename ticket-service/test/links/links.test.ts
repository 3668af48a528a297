import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { tracesOf } from '../kit/traces.ts'

const [owner, other] = [member(1), member(2)]
const [agent, colleague, admin] = [member(11, 'agent'), member(12, 'agent'), member(13, 'admin')]
const stranger = member(21, 'admin', 2)

describe('/tickets/:id/links', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
    await enrol(s, [owner, other, agent, colleague, admin, stranger])
  })
  after(() => s.close())

  const link = (by: typeof owner, id: string, ticket_id: string, kind = 'relates') =>
    send(s.app, by, 'POST', `/tickets/${id}/links`, { ticket_id, kind })
  const unlink = (by: typeof owner, id: string, linkId: string) =>
    send(s.app, by, 'DELETE', `/tickets/${id}/links/${linkId}`)
  const linksOf = async (by: typeof owner, id: string): Promise<[string, string][]> => {
    const answer = await send(s.app, by, 'GET', `/tickets/${id}/links`)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().data.map((one: { kind: string; ticket_id: string }) => [one.kind, one.ticket_id])
  }
  const two = async (by = owner, otherBy = owner) =>
    [(await raise(s.app, by)).id, (await raise(s.app, otherBy)).id] as const

  it('each kind is seen from both ends, in a word of its own', async () => {
    const [a, b] = await two()
    for (const kind of ['relates', 'duplicates', 'blocks'])
      assert.equal((await link(agent, a, b, kind)).statusCode, 201)
    assert.deepEqual(await linksOf(admin, a), [
      ['relates', b],
      ['duplicates', b],
      ['blocks', b],
    ])
    assert.deepEqual(await linksOf(admin, b), [
      ['relates', a],
      ['duplicated_by', a],
      ['blocked_by', a],
    ])
  })

  it('answers with the other ticket, and the same again with the link that is there', async () => {
    const [a, b] = await two()
    const first = await link(agent, a, b, 'blocks')
    const { id, created_at, ...rest } = first.json().data
    assert.deepEqual(rest, { kind: 'blocks', ticket_id: b, title: 'a title', status: 'open' })
    assert.equal(new Date(created_at).toISOString(), created_at)
    const again = await link(agent, a, b, 'blocks')
    assert.equal(again.statusCode, 200)
    assert.equal(again.json().data.id, id)
    // What is so both ways is one link, whichever end it is made from.
    const related = await link(agent, b, a)
    assert.equal((await link(agent, a, b)).json().data.id, related.json().data.id)
    assert.equal((await linksOf(agent, a)).length, 2)
  })

  it('leaves one trace in each of the two, not for their owners', async () => {
    const [a, b] = await two()
    const linkId = (await link(agent, a, b, 'duplicates')).json().data.id
    await link(agent, a, b, 'duplicates')
    await unlink(agent, b, linkId)
    for (const [id, far, kind] of [
      [a, b, 'duplicates'],
      [b, a, 'duplicated_by'],
    ] as const)
      assert.deepEqual(await tracesOf(s, id), {
        activities: ['linked', 'unlinked'].map((action) => ({
          ...{ action, message: `${kind} ${far}`, internal: true, actor_id: agent.uid },
        })),
        audit: ['linked', 'unlinked'].map((action) => ({
          ...{ action: `ticket.${action}`, actor: agent.sub },
          details: { link_id: linkId, kind, ticket_id: far },
        })),
      })
    assert.deepEqual(await linksOf(agent, a), [])
  })

  it('shows only links to tickets that the caller may see', async () => {
    const [a, b] = await two(owner, other)
    const c = (await raise(s.app, owner)).id
    await link(agent, a, b)
    await link(agent, a, c)
    assert.deepEqual(await linksOf(owner, a), [['relates', c]])
    assert.equal((await linksOf(agent, a)).length, 2)
    await patch(s.app, admin, b, { agent_id: colleague.uid })
    assert.deepEqual(await linksOf(agent, a), [['relates', c]])
    assertFailure(await send(s.app, other, 'GET', `/tickets/${a}/links`), { status: 404 })
  })

  it('is for those who answer both; of what they may not see nothing is told', async () => {
    const [a, b] = await two()
    assertFailure(await link(owner, a, b), { status: 403, code: 'ticket.forbidden' })
    await patch(s.app, admin, b, { agent_id: colleague.uid })
    assertFailure(await link(agent, a, b), { status: 404, code: 'ticket.not_found' })
    assertFailure(await link(stranger, a, b), { status: 404, code: 'ticket.not_found' })
    assertFailure(await link(agent, a, 'no-uuid'), { status: 404, code: 'ticket.not_found' })
    const foreign = (await raise(s.app, stranger)).id
    assertFailure(await link(admin, a, foreign), { status: 404, code: 'ticket.not_found' })
    const linkId = (await link(admin, a, b)).json().data.id
    const unseen = assertFailure(await unlink(agent, a, linkId), { status: 404, code: 'link.not_found' })
    const none = assertFailure(await unlink(agent, a, a), { status: 404, code: 'link.not_found' })
    assert.equal(unseen.message, none.message)
    assertFailure(await unlink(owner, a, linkId), { status: 403, code: 'ticket.forbidden' })
    assertFailure(await unlink(stranger, a, linkId), { status: 404, code: 'ticket.not_found' })
    const c = (await raise(s.app, owner)).id
    assertFailure(await unlink(admin, c, linkId), { status: 404, code: 'link.not_found' })
    assertFailure(await unlink(admin, a, 'ä'), { status: 404, code: 'link.not_found' })
    assert.equal((await unlink(admin, b, linkId)).statusCode, 200)
    assertFailure(await unlink(admin, b, linkId), { status: 404, code: 'link.not_found' })
  })

  it('refuses a link to itself and other nonsense', async () => {
    const [a, b] = await two()
    assertFailure(await link(agent, a, a), { status: 400, code: 'link.invalid', fields: ['ticket_id'] })
    assertFailure(await link(agent, a, b, 'merges'), { status: 400, fields: ['kind'] })
    assertFailure(await send(s.app, agent, 'POST', `/tickets/${a}/links`, {}), {
      ...{ status: 400, fields: ['ticket_id', 'kind'] },
    })
  })

  it('a ticket has 50 links at most', async () => {
    const [a, b] = await two()
    await sql(
      s.database,
      `INSERT INTO tickets (id, tenant_id, source_id, creator_id, customer_id, category_id, type_id, priority_id, title,
          description, creator_email, creator_key, status, created_at, updated_at, synced_at)
        SELECT CONCAT('01890000-0000-7000-8000-0000000000', LPAD(a.n * 10 + b.n, 2, '0')), 1, 1, 1, 1, 1, 1, 1, 't', 'd', '', '',
          'open', NOW(3), NOW(3), NOW(3) FROM (${digits(5)}) a, (${digits(10)}) b`,
    )
    await sql(
      s.database,
      `INSERT INTO ticket_links (id, tenant_id, from_ticket_id, to_ticket_id, kind, created_at)
        SELECT id, 1, id, '${a}', 'relates', NOW(3) FROM tickets WHERE id LIKE '01890000-%'`,
    )
    assertFailure(await link(agent, a, b), { status: 409, code: 'link.conflict' })
    assertFailure(await link(agent, b, a), { status: 409, code: 'link.conflict' })
    assert.deepEqual(await linksOf(agent, b), [])
  })

  it('the same link from both ends of two replicas at once is one', async () => {
    const replica = await s.startReplica()
    for (let round = 0; round < 10; round += 1) {
      const [a, b] = await two()
      const answers = await Promise.all([
        send(s.app, agent, 'POST', `/tickets/${a}/links`, { ticket_id: b, kind: 'relates' }),
        send(replica, agent, 'POST', `/tickets/${b}/links`, { ticket_id: a, kind: 'relates' }),
      ])
      assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 201])
      assert.equal(answers[0]?.json().data.id, answers[1]?.json().data.id)
    }
  })
})

function digits(count: number): string {
  return Array.from({ length: count }, (_, i) => `SELECT ${i} AS n`).join(' UNION ALL ')
}
