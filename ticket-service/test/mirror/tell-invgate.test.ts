import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Fault } from '@werk/invgate-sandbox/control'
import { patch, raise, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import {
  agent,
  incidentOf,
  raiseMirrored,
  requester,
  startMirrored,
  stranger,
  untilMirrored,
} from './desk-mirror.ts'

describe('what happens to a ticket reaches InvGate', { concurrency: 4 }, () => {
  it('its being raised, with category, priority and people mapped', async (test) => {
    const s = await startMirrored(test)
    const { incidentId } = await raiseMirrored(s, {
      title: 'no invoice',
      category: 'billing',
      priority: 'high',
    })
    const { title, description, category_id, priority_id, creator_id, user_id } = await incidentOf(
      s,
      incidentId,
    )
    assert.deepEqual(
      { title, description, category_id, priority_id, creator_id, user_id },
      {
        ...{ title: 'no invoice', description: 'a text', category_id: 11, priority_id: 3 },
        ...{ creator_id: 77, user_id: 77 },
      },
    )
  })

  it('each step of its life: assigned, in progress, resolved, closed, reopened', async (test) => {
    const s = await startMirrored(test)
    const { id, incidentId } = await raiseMirrored(s)
    const steps = [
      { by: agent, change: { agent_id: agent.uid }, status: 2, assigned: 88 },
      { by: agent, change: { status: 'in_progress' }, status: 4, assigned: 88 },
      { by: agent, change: { status: 'resolved' }, status: 5, assigned: 88 },
      { by: requester, change: { status: 'closed' }, status: 6, assigned: 88 },
      { by: requester, change: { status: 'open' }, status: 2, assigned: 88 },
      { by: agent, change: { agent_id: null }, status: 2, assigned: null },
      { by: requester, change: { status: 'closed' }, status: 8, assigned: null },
    ]
    for (const { by, change, status, assigned } of steps) {
      const answer = await patch(s.app, by, id, change)
      assert.equal(answer.statusCode, 200, answer.body)
      await untilMirrored(s)
      const { status_id, assigned_id } = await incidentOf(s, incidentId)
      assert.deepEqual([status_id, assigned_id], [status, assigned], JSON.stringify(change))
    }
  })

  it('public replies and internal notes, in their order, each by its author where InvGate knows them', async (test) => {
    const s = await startMirrored(test)
    const { id, incidentId } = await raiseMirrored(s)
    await replyTo(s.app, agent, id, { message: 'which one?' })
    await replyTo(s.app, agent, id, { message: 'the old one again', internal: true })
    await replyTo(s.app, requester, id, { message: 'that one', attachment_url: 'https://example.com/p.png' })
    await replyTo(s.app, stranger, id, { message: 'mine' })
    await untilMirrored(s)
    const { comments } = await incidentOf(s, incidentId)
    assert.deepEqual(
      comments.map(({ message, author_id, customer_visible }) => [message, author_id, customer_visible]),
      [
        ['which one?', 88, true],
        ['the old one again', 88, false],
        ['that one\n\nhttps://example.com/p.png', 77, true],
        ['mine', 1, true],
      ],
    )
  })

  it('the files that tickets and replies name by our own URL', async (test) => {
    const s = await startMirrored(test)
    const upload = async (filename: string) => {
      const payload = { filename, content_base64: btoa(`content of ${filename}`) }
      const answer = await s.app.inject({
        method: 'POST',
        url: '/attachments',
        headers: requester.headers,
        payload,
      })
      assert.equal(answer.statusCode, 201, answer.body)
      return answer.json().data
    }
    const [one, two] = [await upload('one.txt'), await upload('two.txt')]
    const { id, incidentId } = await raiseMirrored(s, { attachment_url: one.attachment_url })
    await replyTo(s.app, requester, id, { message: 'see two', attachment_url: two.attachment_url })
    await untilMirrored(s)
    const { attachments, comments } = await incidentOf(s, incidentId)
    assert.deepEqual(
      attachments.map(({ name, sha256 }) => [name, sha256]),
      [['one.txt', one.sha256]],
    )
    assert.deepEqual(
      comments.map(({ message }) => message),
      ['see two'],
    )
    assert.deepEqual(
      comments[0]?.attachments.map(({ name, sha256 }) => [name, sha256]),
      [['two.txt', two.sha256]],
    )
  })

  it('what happened before InvGate had the ticket at all, when InvGate comes back', async (test) => {
    const s = await startMirrored(test)
    await s.sandbox.control.setFaults([{ route: '*', fault: { type: 'status', status: 503 } }])
    const { id } = await raise(s.app, requester)
    await patch(s.app, agent, id, { status: 'in_progress', agent_id: agent.uid })
    await replyTo(s.app, agent, id, { message: 'we know' })
    assert.deepEqual(await s.sandbox.control.incidents(), [])
    assert.equal((await read(s.app, requester, `/tickets/${id}`)).json().data.inv_gate_id, undefined)
    await s.sandbox.control.clearFaults()
    await untilMirrored(s)
    const [incident, ...others] = await s.sandbox.control.incidents()
    assert.deepEqual(others, [])
    assert.deepEqual([incident?.status_id, incident?.assigned_id], [4, 88])
    assert.deepEqual(
      incident?.comments.map(({ message }) => message),
      ['we know'],
    )
    assert.equal((await read(s.app, requester, `/tickets/${id}`)).json().data.inv_gate_id, incident?.id)
  })

  const lost: [string, Fault][] = [
    ['is reset after InvGate had it', { type: 'reset', when: 'after' }],
    ['hangs after InvGate had it', { type: 'hang', when: 'after' }],
    ['is HTML after InvGate had it', { type: 'html', when: 'after' }],
    ['is an ERROR after InvGate had it', { type: 'error_status', info: 'mail failed', when: 'after' }],
    ['is cut short', { type: 'truncate' }],
    ['is reset before InvGate had it', { type: 'reset' }],
    ['is a 500', { type: 'status', status: 500 }],
    ['asks for patience', { type: 'status', status: 429, retry_after: 1 }],
  ]
  for (const [what, fault] of lost)
    it(`a comment whose answer ${what} is there once`, async (test) => {
      const s = await startMirrored(test)
      const { id, incidentId } = await raiseMirrored(s)
      await s.sandbox.control.setFaults([{ route: 'POST incident.comment', fault, times: 1 }])
      await replyTo(s.app, agent, id, { message: 'once' })
      await replyTo(s.app, agent, id, { message: 'after it' })
      await untilMirrored(s)
      const { comments } = await incidentOf(s, incidentId)
      assert.deepEqual(
        comments.map(({ message }) => message),
        ['once', 'after it'],
      )
    })

  for (const route of ['POST incident.reassign', 'POST incident.waitingfor.:party', 'POST incident.comment'])
    it(`a step whose answer is lost after InvGate took it is not taken twice (${route})`, async (test) => {
      const s = await startMirrored(test)
      const { id, incidentId } = await raiseMirrored(s)
      await s.sandbox.control.setFaults([{ route, fault: { type: 'reset', when: 'after' }, times: 1 }])
      await patch(s.app, agent, id, { status: 'in_progress', agent_id: agent.uid })
      await patch(s.app, agent, id, { status: 'resolved' })
      await untilMirrored(s)
      const { status_id, comments } = await incidentOf(s, incidentId)
      assert.deepEqual([status_id, comments.length], [5, 1])
    })

  it('a change that InvGate refuses for good waits for an admin, and holds up nothing else', async (test) => {
    const s = await startMirrored(test)
    const { id, incidentId } = await raiseMirrored(s)
    await s.sandbox.control.setFaults([
      { route: 'PUT incident.reopen', fault: { type: 'status', status: 403 } },
      { route: 'POST incident.cancel', fault: { type: 'error_status', info: 'not allowed' } },
    ])
    await patch(s.app, requester, id, { status: 'closed' })
    await replyTo(s.app, requester, id, { message: 'never mind' })
    await eventually(async () => {
      const parked = await sql(
        s.database,
        "SELECT kind, last_error FROM mirror_jobs WHERE available_at > '9999-01-01'",
      )
      assert.deepEqual(
        parked.map(({ kind }) => kind),
        ['state'],
      )
    }, 15_000)
    await untilMirrored(s)
    assert.deepEqual(
      (await incidentOf(s, incidentId)).comments.map(({ message }) => message),
      ['never mind'],
    )
    assert.equal((await read(s.app, requester, `/tickets/${id}`)).json().data.status, 'closed')
  })

  it('by one of two replicas: 60 replies at once to 6 tickets are 60 comments, in the order of each ticket', async (test) => {
    const s = await startMirrored(test)
    const apps = [s.app, await s.startReplica()]
    const ids = await Promise.all(Array.from({ length: 6 }, async () => (await raise(s.app, requester)).id))
    await s.sandbox.control.setFaults([
      { route: 'POST incident.comment', fault: { type: 'reset', when: 'after' }, share: 0.3, times: 20 },
    ])
    await Promise.all(
      ids.map(async (id) => {
        for (let number = 0; number < 10; number += 1) {
          const app = apps[number % 2]
          if (app !== undefined) await replyTo(app, agent, id, { message: `${id} ${number}` })
        }
      }),
    )
    await untilMirrored(s, 60_000)
    const incidents = await s.sandbox.control.incidents()
    assert.equal(incidents.length, 6)
    for (const id of ids) {
      const told = incidents
        .map(({ comments }) => comments.map(({ message }) => message))
        .find((messages) => messages[0]?.startsWith(id))
      assert.deepEqual(
        told,
        Array.from({ length: 10 }, (_, number) => `${id} ${number}`),
      )
    }
  })
})
