import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { patch, read, replyTo } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import type { TicketService } from '../kit/ticket-service.ts'
import { ageComments, callInvGate, runRound } from '../sync/rounds.ts'
import {
  agent,
  countWrites,
  incidentOf,
  raiseMirrored,
  requester,
  startMirrored,
  untilMirrored,
} from './desk-mirror.ts'

/** All that a ticket says of itself: what must not change by what only comes back. */
async function told(s: TicketService, id: string) {
  const [ticket, activities, replies] = [
    await read(s.app, agent, `/tickets/${id}`),
    await read(s.app, agent, `/tickets/${id}/activities`),
    await read(s.app, agent, `/tickets/${id}/replies?limit=100`),
  ]
  const { updated_at: _time, ...rest } = ticket.json().data
  return { ticket: rest, activities: activities.json().data, replies: replies.json().data }
}

describe('what comes back from InvGate', { concurrency: 3 }, () => {
  it('is not told to InvGate again, and is nothing new here, however many rounds and replicas there are', async (test) => {
    const s = await startMirrored(test)
    const { id } = await raiseMirrored(s)
    await patch(s.app, agent, id, { status: 'in_progress', agent_id: agent.uid })
    await replyTo(s.app, agent, id, { message: 'public' })
    await replyTo(s.app, agent, id, { message: 'internal', internal: true })
    await replyTo(s.app, requester, id, { message: 'public' })
    await patch(s.app, agent, id, { status: 'resolved' })
    await untilMirrored(s)
    const [before, writes] = [await told(s, id), await countWrites(s)]
    assert.equal(before.replies.length, 3)
    for (let round = 0; round < 4; round += 1) {
      await ageComments(s)
      await runRound(s)
    }
    await untilMirrored(s)
    assert.deepEqual(await told(s, id), before)
    assert.equal(await countWrites(s), writes)
    const linked = await sql(
      s.database,
      'SELECT COUNT(*) AS count FROM ticket_replies WHERE inv_gate_comment_id IS NULL',
    )
    assert.equal(linked[0]?.count, 0)
  })

  it('is taken over when InvGate changed it: status, agent, comments become activities and replies, once, and nothing goes out', async (test) => {
    const s = await startMirrored(test)
    const { id, incidentId } = await raiseMirrored(s)
    const writes = await countWrites(s)
    await callInvGate(s, 'POST', 'incident.reassign', { request_id: incidentId, author_id: 88, agent_id: 88 })
    await callInvGate(s, 'POST', 'incident.waitingfor.agent', { request_id: incidentId })
    await callInvGate(s, 'POST', 'incident.comment', {
      request_id: incidentId,
      author_id: 88,
      comment: 'from there',
    })
    await callInvGate(s, 'POST', 'incident.comment', {
      ...{ request_id: incidentId, author_id: 88, comment: 'among us', customer_visible: 0 },
    })
    const calls = await countWrites(s)
    for (let round = 0; round < 3; round += 1) {
      await ageComments(s)
      await runRound(s)
    }
    const { ticket, activities, replies } = await told(s, id)
    assert.deepEqual([ticket.status, ticket.agent_id], ['in_progress', agent.uid])
    assert.deepEqual(
      replies.map(({ message, user_id, internal }: Record<string, unknown>) => [message, user_id, internal]),
      [
        ['from there', agent.uid, false],
        ['among us', agent.uid, true],
      ],
    )
    const actions = activities.map(({ action }: { action: string }) => action)
    assert.deepEqual(actions, ['created', 'status_changed', 'assigned', 'replied', 'noted'])
    await untilMirrored(s)
    assert.deepEqual([calls - writes, await countWrites(s)], [4, calls])
    const unread = await read(s.app, requester, '/api/v1/notifications')
    assert.deepEqual(
      unread
        .json()
        .data.map(({ kind }: { kind: string }) => kind)
        .sort(),
      ['ticket.assigned', 'ticket.replied', 'ticket.status_changed'],
    )
  })

  it('does not undo what was changed here and InvGate was not told yet', async (test) => {
    const s = await startMirrored(test)
    const { id, incidentId } = await raiseMirrored(s)
    await s.sandbox.control.setFaults([
      { route: 'POST incident.waitingfor.:party', fault: { type: 'status', status: 503 } },
    ])
    await patch(s.app, agent, id, { status: 'in_progress' })
    await callInvGate(s, 'POST', 'incident.comment', {
      request_id: incidentId,
      author_id: 5,
      comment: 'seen',
    })
    await ageComments(s)
    await runRound(s)
    const { ticket, replies } = await told(s, id)
    assert.equal(ticket.status, 'in_progress')
    assert.equal(replies.length, 1)
    await s.sandbox.control.clearFaults()
    await untilMirrored(s)
    assert.equal((await incidentOf(s, incidentId)).status_id, 4)
    await runRound(s)
    assert.equal((await told(s, id)).ticket.status, 'in_progress')
  })

  it('a comment that InvGate has and did not answer for is ours when it comes back first', async (test) => {
    const s = await startMirrored(test, { IN_DOUBT_SETTLE_MS: '60000' })
    const { id, incidentId } = await raiseMirrored(s)
    await s.sandbox.control.setFaults([
      { route: 'POST incident.comment', fault: { type: 'reset', when: 'after' }, times: 1 },
      { route: 'GET incident.comment', fault: { type: 'status', status: 503 }, times: 2 },
    ])
    await replyTo(s.app, agent, id, { message: 'ours' })
    await untilMirrored(s, 30_000)
    await ageComments(s)
    await runRound(s)
    const { replies } = await told(s, id)
    assert.deepEqual(
      replies.map(({ message }: { message: string }) => message),
      ['ours'],
    )
    assert.deepEqual(
      (await incidentOf(s, incidentId)).comments.map(({ message }) => message),
      ['ours'],
    )
  })
})
