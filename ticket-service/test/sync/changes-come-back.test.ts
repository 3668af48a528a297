import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { readConfig } from '@werk/shared/config/read-config'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { ConfigSchema } from '../../src/config.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { callInvGate, idsIn, requestsTo, runRound } from './rounds.ts'

describe('what InvGate changes by itself', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ MIRROR_FRESH_MS: '600000' })
  })
  after(() => s.close())

  const mara = bearer({ sub: 'mara@example.com', invgate_id: 77 })
  const create = async (title: string): Promise<number> => {
    const answer = await s.app.inject({
      method: 'POST',
      url: '/api/tickets',
      headers: mara,
      payload: { title, description: 'd' },
    })
    assert.equal(answer.statusCode, 201)
    return answer.json().id
  }
  /** From the mirror alone: it counts as fresh. */
  const statusOf = async (id: number) =>
    (await s.app.inject({ url: `/api/tickets/${id}`, headers: mara })).json().status
  const rowOf = async (id: number) =>
    (await sql(s.database, `SELECT * FROM tickets WHERE inv_gate_id = ${id}`))[0]
  const commentsOf = (id: number) =>
    sql(
      s.database,
      `SELECT c.* FROM ticket_replies c JOIN tickets t ON t.id = c.ticket_id WHERE t.inv_gate_id = ${id} ORDER BY c.inv_gate_comment_id`,
    )
  const comment = (id: number, fields: object) =>
    callInvGate(s, 'POST', 'incident.comment', { request_id: id, author_id: 5, ...fields })

  it('assignment, status and closing are in the mirror after a round', async () => {
    const [assigned, cancelled, waiting] = [await create('a'), await create('c'), await create('w')]
    await callInvGate(s, 'POST', 'incident.reassign', {
      request_id: assigned,
      author_id: 5,
      group_id: 9,
      agent_id: 12,
    })
    await callInvGate(s, 'POST', 'incident.cancel', { request_id: cancelled, author_id: 5 })
    await callInvGate(s, 'POST', 'incident.waitingfor.customer', { request_id: waiting })
    assert.equal(await statusOf(cancelled), 'open')
    assert.equal(await runRound(s), 'complete')
    assert.equal(await statusOf(cancelled), 'closed')
    assert.ok((await rowOf(cancelled))?.closed_at instanceof Date)
    assert.equal(await statusOf(waiting), 'in_progress')
    const row = await rowOf(assigned)
    assert.deepEqual([row?.assigned_id, row?.assigned_group_id], [12, 9])
  })

  it('a solution resolves the ticket, its acceptance closes it, and reopening opens it again', async () => {
    const id = await create('solved')
    await comment(id, { comment: 'restart it', is_solution: 1 })
    await runRound(s)
    assert.equal(await statusOf(id), 'resolved')
    await callInvGate(s, 'PUT', 'incident.solution.accept', { id, rating: 5 })
    await runRound(s)
    assert.equal(await statusOf(id), 'closed')
    await callInvGate(s, 'PUT', 'incident.reopen', { request_id: id })
    await runRound(s)
    assert.equal(await statusOf(id), 'open')
    assert.equal((await rowOf(id))?.closed_at, null)
  })

  it('comments come once, internal ones marked as such, however many rounds there are', async () => {
    const id = await create('commented')
    await laterThanCreated(id)
    await comment(id, { comment: 'for all', customer_visible: 1 })
    await comment(id, { comment: 'among us', customer_visible: 0 })
    for (let round = 0; round < 3; round += 1) await runRound(s)
    const seen = (await commentsOf(id)).map((row) => [row.message, row.author_id, row.internal])
    assert.deepEqual(seen, [
      ['for all', 5, 0],
      ['among us', 5, 1],
    ])
  })

  it('a comment comes even if somebody read the ticket, and so refreshed it, before the round', async () => {
    const id = await create('read in between')
    await laterThanCreated(id)
    await comment(id, { comment: 'seen?' })
    const reader = await s.startReplica({ MIRROR_FRESH_MS: 0 })
    await reader.inject({ url: `/api/tickets/${id}`, headers: mara })
    await runRound(s)
    assert.equal((await commentsOf(id)).length, 1)
  })

  it('a ticket that did not change costs no further request, and is only noted as compared', async () => {
    const id = await create('still')
    await runRound(s)
    await runRound(s)
    const before = await rowOf(id)
    const asked = (await requestsTo(s, 'GET incident.comment')).length
    await runRound(s)
    const { synced_at: later, ...rest } = (await rowOf(id)) ?? {}
    assert.deepEqual({ ...rest, synced_at: before?.synced_at }, before)
    assert.ok(later instanceof Date && before?.synced_at instanceof Date && later > before.synced_at)
    assert.equal((await requestsTo(s, 'GET incident.comment')).length, asked)
  })

  it('a ticket that the list leaves out is read by id', async () => {
    const id = await create('left out')
    await callInvGate(s, 'POST', 'incident.reject', { request_id: id, author_id: 5 })
    for (const answer of [[], { error: 'one of them is closed', status: 400 }]) {
      await sql(
        s.database,
        `UPDATE tickets SET status = 'open', inv_gate_status_id = 1 WHERE inv_gate_id = ${id}`,
      )
      const status = Array.isArray(answer) ? 200 : 400
      await s.sandbox.control.setFaults([
        { route: 'GET incidents', fault: { type: 'status', status, body: answer } },
        { route: 'GET incidents.last.hour', fault: { type: 'status', status: 200, body: { data: [] } } },
      ])
      await runRound(s)
      assert.equal(await statusOf(id), 'closed')
    }
    await s.sandbox.control.clearFaults()
  })

  it('a ticket that InvGate does not have at all any more is left as it is, and logged', async () => {
    const id = await create('gone')
    const before = await rowOf(id)
    await s.sandbox.control.setFaults([
      { route: 'GET incidents', fault: { type: 'status', status: 200, body: [] } },
      { route: 'GET incident', fault: { type: 'error_status', info: 'does not exist' } },
      { route: 'GET incidents.last.hour', fault: { type: 'status', status: 200, body: { data: [] } } },
    ])
    assert.equal(await runRound(s), 'complete')
    await s.sandbox.control.clearFaults()
    const later = await rowOf(id)
    assert.equal(later?.status, 'open')
    assert.notDeepEqual(later?.synced_at, before?.synced_at)
    assert.ok(
      s.logLines.some((line) => line.includes('does not have a ticket any more') && line.includes(`${id}`)),
    )
  })

  it('a round reads closed tickets no more', async () => {
    const id = await create('to be closed')
    await callInvGate(s, 'POST', 'incident.cancel', { request_id: id, author_id: 5 })
    await runRound(s)
    const before = (await requestsTo(s, 'GET incidents')).length
    await runRound(s)
    const asked = (await requestsTo(s, 'GET incidents')).slice(before).flatMap(idsIn)
    assert.ok(asked.length > 0 && !asked.includes(id))
  })

  it('the configured status map decides, and a status that it lacks leaves the ticket as it is', async () => {
    const [solved, waiting] = [await create('mapped'), await create('not mapped')]
    await comment(solved, { comment: 'so', is_solution: 1 })
    await callInvGate(s, 'POST', 'incident.waitingfor.customer', { request_id: waiting })
    await runRound(s, { INVGATE_STATUS_MAP: ['1:open', '2:open', '5:in_progress', '6:closed'] })
    assert.equal(await statusOf(solved), 'in_progress')
    assert.equal(await statusOf(waiting), 'open')
    assert.ok(
      s.logLines.some((line) => line.includes('the status map lacks') && line.includes('"status_id":4')),
    )
  })

  it('a status map that is none keeps the service from starting, and says where it is wrong', () => {
    const env = {
      DATABASE_URL: 'mysql://u:p@127.0.0.1/db',
      JWT_SECRET: 'x'.repeat(32),
      ARMMADA_BASE_URL: 'http://127.0.0.1/',
      ARMMADA_USERNAME: 'u',
      ARMMADA_PASSWORD: 'p',
    }
    const read = (map: string) => readConfig(ConfigSchema, { ...env, INVGATE_STATUS_MAP: map })
    assert.deepEqual(read('1:open, 9:closed').INVGATE_STATUS_MAP, ['1:open', '9:closed'])
    for (const wrong of ['1:open,2=open', '1:open,2:done', '1:open,zwei:open', '1:open,0:closed'])
      assert.throws(
        () => read(wrong),
        /INVGATE_STATUS_MAP\.1 must match .*open\|in_progress\|resolved\|closed/,
      )
  })

  it('the lag is that of the open ticket that was compared longest ago', async () => {
    await sql(
      s.database,
      `UPDATE tickets SET synced_at = NOW(3) - INTERVAL 1 HOUR WHERE status <> 'closed' LIMIT 1`,
    )
    const lagOf = async (replica: typeof s.app) =>
      Number(/^sync_lag_seconds\S* (\S+)$/m.exec((await replica.inject('/metrics')).body)?.[1])
    await s.sandbox.control.setFaults([{ route: '*', fault: { type: 'status', status: 401 } }])
    const stuck = await s.startReplica({ SYNC_INTERVAL_MS: 900_000 })
    await pollUntil('a lag of an hour', async () => ((await lagOf(stuck)) >= 3600 ? true : undefined))
    await stuck.close()
    await s.sandbox.control.clearFaults()
  })

  /** InvGate counts seconds: what happens in the second of the creation is not told from it. */
  async function laterThanCreated(id: number) {
    const incident = (await s.sandbox.control.incidents()).find((one) => one.id === id)
    await pollUntil('the next second', () =>
      Date.now() / 1000 >= Number(incident?.created_at) + 1 ? true : undefined,
    )
  }
})
