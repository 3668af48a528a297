import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise, read } from '../kit/desk.ts'
import { send } from '../kit/send.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { tracesOf } from '../kit/traces.ts'

const [owner, other] = [member(1), member(2)]
const [agent, admin] = [member(11, 'agent'), member(13, 'admin')]
const stranger = member(21, 'admin', 2)
const day = 24 * 60 * 60 * 1000

describe('/tickets/:id/rating', () => {
  let s: TicketService
  let now = new Date('2026-03-02T09:00:00.000Z')
  before(async () => {
    s = await startTicketService({}, {}, { clock: { now: () => now } })
    await enrol(s, [owner, other, agent, admin, stranger])
  })
  after(() => s.close())

  const rate = (by: typeof owner, id: string, payload: object, app = s.app) =>
    send(app, by, 'POST', `/tickets/${id}/rating`, payload)
  const ratingOf = (by: typeof owner, id: string) => read(s.app, by, `/tickets/${id}/rating`)
  const closed = async (by = owner) => {
    const { id } = await raise(s.app, by)
    await patch(s.app, by, id, { status: 'closed' })
    return id
  }
  const countOf = async (id: string) =>
    (await sql(s.database, `SELECT COUNT(*) AS n FROM ticket_ratings WHERE ticket_id = '${id}'`))[0]?.n

  it('its owner rates a closed ticket; they and those who answer it read that', async () => {
    const id = await closed()
    assertFailure(await ratingOf(owner, id), { status: 404, code: 'rating.not_found' })
    const answer = await rate(owner, id, { score: 4, comment: 'well done 👍' })
    assert.equal(answer.statusCode, 201, answer.body)
    const rating = {
      score: 4,
      comment: 'well done 👍',
      created_at: now.toISOString(),
      updated_at: now.toISOString(),
    }
    assert.deepEqual(answer.json().data, rating)
    for (const by of [owner, agent, admin]) assert.deepEqual((await ratingOf(by, id)).json().data, rating)
    for (const by of [other, stranger])
      assertFailure(await ratingOf(by, id), { status: 404, code: 'ticket.not_found' })
  })

  it('a resolved one too, and that it is closed then is not another time', async () => {
    const { id } = await raise(s.app, owner)
    for (const status of ['in_progress', 'resolved']) await patch(s.app, agent, id, { status })
    assert.equal((await rate(owner, id, { score: 2 })).statusCode, 201)
    await patch(s.app, owner, id, { status: 'closed' })
    assert.equal((await rate(owner, id, { score: 3 })).statusCode, 200)
    assert.equal(await countOf(id), 1)
  })

  it('leaves one trace for each that changes something', async () => {
    const id = await closed()
    await rate(owner, id, { score: 2, comment: 'private words' })
    await rate(owner, id, { score: 2, comment: 'private words' })
    await rate(owner, id, { score: 5 })
    const { activities, audit } = await tracesOf(s, id)
    assert.deepEqual(activities.slice(1), [
      { action: 'rated', message: '2 of 5', internal: false, actor_id: owner.uid },
      { action: 'rated', message: '5 of 5', internal: false, actor_id: owner.uid },
    ])
    assert.deepEqual(audit.slice(1), [
      { action: 'ticket.rated', actor: owner.sub, details: { score: [null, 2] } },
      { action: 'ticket.rated', actor: owner.sub, details: { score: [2, 5] } },
    ])
    assert.equal((await ratingOf(owner, id)).json().data.comment, undefined)
  })

  it('may be changed for exactly 7 days', async () => {
    const id = await closed()
    const first = now
    await rate(owner, id, { score: 1 })
    now = new Date(first.getTime() + 7 * day)
    assert.equal((await rate(owner, id, { score: 2 })).statusCode, 200)
    now = new Date(first.getTime() + 7 * day + 1)
    assertFailure(await rate(owner, id, { score: 3 }), { status: 409, code: 'rating.conflict' })
    assert.equal((await rate(owner, id, { score: 2 })).statusCode, 200)
    const { score, created_at, updated_at } = (await ratingOf(owner, id)).json().data
    assert.equal(score, 2)
    assert.equal(created_at, first.toISOString())
    assert.equal(updated_at, new Date(first.getTime() + 7 * day).toISOString())
  })

  it('once each time that it is done: reopened and closed again, it is rated anew', async () => {
    const id = await closed()
    await rate(owner, id, { score: 1 })
    await patch(s.app, owner, id, { status: 'open' })
    const ended = (await ratingOf(admin, id)).json().data
    assert.equal(ended.score, 1)
    assert.equal(ended.ended_at, now.toISOString())
    assertFailure(await rate(owner, id, { score: 5 }), { status: 409, code: 'rating.conflict' })
    await patch(s.app, owner, id, { status: 'closed' })
    const again = await rate(owner, id, { score: 5 })
    assert.equal(again.statusCode, 201)
    assert.equal(again.json().data.ended_at, undefined)
    assert.equal((await ratingOf(owner, id)).json().data.score, 5)
    assert.equal(await countOf(id), 2)
  })

  it('is for its owner alone, and for what is done', async () => {
    const id = await closed()
    for (const by of [agent, admin])
      assertFailure(await rate(by, id, { score: 5 }), { status: 403, code: 'rating.forbidden' })
    for (const by of [other, stranger])
      assertFailure(await rate(by, id, { score: 5 }), { status: 404, code: 'ticket.not_found' })
    const open = (await raise(s.app, owner)).id
    assertFailure(await rate(owner, open, { score: 5 }), { status: 409, code: 'rating.conflict' })
    await patch(s.app, agent, open, { status: 'in_progress' })
    assertFailure(await rate(owner, open, { score: 5 }), { status: 409, code: 'rating.conflict' })
    const target = (await raise(s.app, owner)).id
    await send(s.app, agent, 'POST', `/tickets/${open}/merge`, { into: target })
    assertFailure(await rate(owner, open, { score: 5 }), { status: 409, code: 'ticket.conflict' })
  })

  it('refuses what is no score, and a comment that is none or too long', async () => {
    const id = await closed()
    for (const score of [0, 6, -1, 2.5, '5', null, true])
      assertFailure(await rate(owner, id, { score }), { status: 400, fields: ['score'] })
    assertFailure(await rate(owner, id, {}), { status: 400, fields: ['score'] })
    for (const comment of ['', 'x'.repeat(5001), 7])
      assertFailure(await rate(owner, id, { score: 1, comment }), { status: 400, fields: ['comment'] })
    const comment = '😀'.repeat(5000)
    await rate(owner, id, { score: 1, comment })
    assert.equal((await ratingOf(owner, id)).json().data.comment, comment)
  })

  it('twice at once from two replicas is one rating', async () => {
    const replica = await s.startReplica()
    for (let round = 0; round < 10; round += 1) {
      const id = await closed()
      const answers = await Promise.all([
        rate(owner, id, { score: 1 }),
        rate(owner, id, { score: 5 }, replica),
      ])
      assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 201])
      assert.equal(await countOf(id), 1)
    }
  })
})
