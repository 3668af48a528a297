import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { replyTo } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'
import { type Assigned, agent, owner, startAssigned } from './assigned.ts'

describe('replies at once', () => {
  let s: Assigned
  let replica: TicketService['app']
  before(async () => {
    s = await startAssigned()
    replica = await s.startReplica()
  })
  after(() => s.close())

  const post = (app: TicketService['app'], id: string, key: string, message: string, by = owner) =>
    app.inject({
      ...{ method: 'POST', url: `/tickets/${id}/replies`, payload: { message } },
      headers: { ...by.headers, 'idempotency-key': key },
    })

  it('under one Idempotency-Key, 50 at once over two replicas are one reply, one activity, one job; the others are answered the same, or 409', async (t) => {
    const id = await s.raiseAssigned()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => post(index % 2 === 0 ? s.app : replica, id, 'k', 'once')),
    )
    const bodies = new Set(answers.filter(({ statusCode }) => statusCode === 201).map(({ body }) => body))
    assert.equal(bodies.size, 1)
    const conflicts = answers.filter(({ statusCode }) => statusCode !== 201)
    for (const answer of conflicts) assertFailure(answer, { status: 409, code: 'idempotency.conflict' })
    t.diagnostic(`${answers.length - conflicts.length} × 201, ${conflicts.length} × 409`)
    const again = await post(replica, id, 'k', 'once')
    assert.deepEqual([again.headers['idempotency-replayed'], bodies.has(again.body)], ['true', true])
    assert.equal((await s.repliesOf(id)).length, 1)
    assert.deepEqual(await s.actionsOf(id), ['assigned', 'replied'])
    assertFailure(await post(s.app, id, 'k', 'other'), { status: 422, code: 'idempotency.mismatch' })
  })

  it('an Idempotency-Key is each ticket’s and each caller’s own', async () => {
    const [one, two] = [await s.raiseAssigned(), await s.raiseAssigned()]
    const answers = [await post(s.app, one, 'same', 'a'), await post(s.app, two, 'same', 'a')]
    answers.push(await post(s.app, one, 'same', 'a', agent))
    assert.equal(new Set(answers.map((answer) => answer.json().data.id)).size, 3)
  })

  it('100 at once over two replicas are all there, and their order is that in which they were written', async () => {
    // So that the jobs can be looked at: nothing of a ticket goes to InvGate before InvGate has it.
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: { type: 'status', status: 503 } }])
    const id = await s.raiseAssigned()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        replyTo(index % 2 === 0 ? s.app : replica, index % 3 === 0 ? agent : owner, id, {
          message: `${index}`,
        }),
      ),
    )
    for (const answer of answers) assert.equal(answer.statusCode, 201, answer.body)
    const listed = (await s.repliesOf(id)).map((reply: { id: string }) => reply.id)
    assert.equal(listed.length, 100)
    const jobs = await sql(
      s.database,
      `SELECT reply_id FROM mirror_jobs WHERE ticket_id = '${id}' AND kind = 'reply' ORDER BY id`,
    )
    const places = jobs.map(({ reply_id }) => listed.indexOf(reply_id))
    assert.deepEqual(places, [...listed.keys()])
    assert.equal((await s.actionsOf(id)).length, 101)
  })
})
