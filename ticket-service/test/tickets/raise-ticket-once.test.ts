import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { type Member, member } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [ada, max, elsewhere] = [member(7), member(8), member(7, 'user', 2)]

describe('an Idempotency-Key of POST /tickets', () => {
  let s: TicketService
  let replica: TicketService['app']
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    replica = await s.startReplica()
  })
  after(() => s.close())

  const post = (app: TicketService['app'], key: string, fields: object, by: Member = ada) => {
    const payload = { title: key, category: 'billing', priority: 'low', description: 'a text', ...fields }
    const headers = { ...by.headers, 'idempotency-key': key }
    return app.inject({ method: 'POST', url: '/tickets', headers, payload })
  }
  type Answer = Awaited<ReturnType<typeof post>>
  const assertReplayOf = (first: Answer, answer: Answer) => {
    assert.equal(answer.statusCode, 201, answer.body)
    assert.equal(answer.headers['idempotency-replayed'], 'true')
    assert.equal(answer.headers['content-type'], first.headers['content-type'])
    assert.deepEqual(answer.rawPayload, first.rawPayload)
  }
  const countTickets = async (title: string) =>
    (await sql(s.database, `SELECT id FROM tickets WHERE title = '${title}'`)).length
  const assertOnce = async (title: string) => {
    assert.equal(await countTickets(title), 1)
    // Until InvGate has it; and then no intent is left that could make another.
    await eventually(async () => {
      assert.deepEqual(await sql(s.database, 'SELECT id FROM ticket_intents'), [])
    })
    const incidents = (await s.sandbox.control.incidents()).filter((incident) => incident.title === title)
    assert.equal(incidents.length, 1)
  }

  it('of 100 requests at once over two replicas makes one ticket and one incident; the others are answered the same, or 409', async (t) => {
    const title = 'at-once'
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => post(index % 2 === 0 ? s.app : replica, title, {})),
    )
    const made = answers.filter(
      ({ statusCode, headers }) => statusCode === 201 && headers['idempotency-replayed'] === undefined,
    )
    assert.equal(made.length, 1)
    const [first] = made
    assert.ok(first)
    const others = answers.filter((answer) => answer !== first)
    const replays = others.filter(({ statusCode }) => statusCode === 201)
    for (const answer of replays) assertReplayOf(first, answer)
    for (const answer of others.filter((other) => !replays.includes(other))) {
      assertFailure(answer, { status: 409, code: 'idempotency.conflict' })
      assert.match(String(answer.headers['retry-after']), /^[1-9]\d*$/)
    }
    t.diagnostic(`1 ticket, ${replays.length} replays, ${others.length - replays.length} × 409`)
    for (const app of [s.app, replica]) assertReplayOf(first, await post(app, title, {}))
    await assertOnce(title)
  })

  it('with another body → 422, also where only what is optional differs', async () => {
    const first = await post(s.app, 'bodies', {})
    for (const fields of [
      { title: 'other' },
      { description: 'a text ' },
      { priority: 'high' },
      { attachment_url: 'https://example.com/a' },
    ])
      assertFailure(await post(replica, 'bodies', fields), { status: 422, code: 'idempotency.mismatch' })
    assertReplayOf(first, await post(replica, 'bodies', {}))
    await assertOnce('bodies')
  })

  it('is each caller’s and tenant’s own', async () => {
    const answers = [await post(s.app, 'own', {}), await post(s.app, 'own', {}, max)]
    answers.push(await post(s.app, 'own', {}, elsewhere))
    for (const { statusCode, headers } of answers)
      assert.deepEqual([statusCode, headers['idempotency-replayed']], [201, undefined])
    assert.equal(new Set(answers.map((answer) => answer.json().data.id)).size, 3)
  })

  it('of a request that was refused is free again', async () => {
    const refused = await post(s.app, 'refused', { attachment_url: 'nowhere' })
    assertFailure(refused, { status: 400, fields: ['attachment_url'] })
    const answer = await post(replica, 'refused', {})
    assert.deepEqual([answer.statusCode, answer.headers['idempotency-replayed']], [201, undefined])
    await assertOnce('refused')
  })

  it('of a process that died after the ticket was written leads to that ticket, and makes no other', async () => {
    const title = 'died'
    const first = await post(s.app, title, {})
    const { id } = first.json().data
    const died = `UPDATE idempotency_keys SET status = NULL, content_type = NULL, body = NULL, locked_until = NOW(3) - INTERVAL 1 SECOND`
    await sql(s.database, `${died} WHERE resource = '${id}'`)
    const answers = [await post(replica, title, {}), await post(s.app, title, {})]
    for (const answer of answers) assert.deepEqual([answer.statusCode, answer.json().data.id], [201, id])
    await assertOnce(title)
  })

  it('of a process that died before is taken up, and makes the ticket', async () => {
    const title = 'died-early'
    const first = await post(s.app, title, {})
    const { id } = first.json().data
    const key = await sql(s.database, `SELECT id FROM idempotency_keys WHERE resource = '${id}'`)
    await eventually(async () => assert.deepEqual(await sql(s.database, 'SELECT id FROM ticket_intents'), []))
    await sql(s.database, `DELETE FROM tickets WHERE id = '${id}'`)
    const died = `status = NULL, content_type = NULL, body = NULL, resource = NULL, locked_until = NOW(3) - INTERVAL 1 SECOND`
    await sql(s.database, `UPDATE idempotency_keys SET ${died} WHERE id = '${key[0]?.id}'`)
    const answers = await Promise.all([post(replica, title, {}), post(s.app, title, {})])
    assert.ok(answers.some(({ statusCode }) => statusCode === 201))
    assert.equal(await countTickets(title), 1)
  })
})
