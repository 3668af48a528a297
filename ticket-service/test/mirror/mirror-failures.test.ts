import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member, read } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { callInvGate } from '../sync/rounds.ts'
import { auditOf, holdJob, parkReply, raiseMirrored } from './parked-job.ts'

const path = '/admin/mirror-failures'
const [mara, admin, otherAdmin] = [member(10, 'user', 2, 77), member(1, 'admin', 2), member(2, 'admin', 3)]
const operators = [member(3, 'admin', 1), member(4, 'vendor', 1)]

describe('what InvGate could not be told', () => {
  let s: TicketService
  let ticket: { id: string; invGateId: number }
  before(async () => {
    s = await startTicketService()
    await enrol(s, [mara, admin])
    ticket = await raiseMirrored(s, mara)
  })
  beforeEach(() => sql(s.database, 'DELETE FROM mirror_jobs'))
  after(() => s.close())

  const act = (by: Member, id: number | string, action: 'retry' | 'drop', payload: object = {}) =>
    s.app.inject({ method: 'POST', url: `${path}/${id}/${action}`, headers: by.headers, payload })
  const failures = async (by: Member, query = 'limit=100') => {
    const answer = await read(s.app, by, `${path}?${query}`)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json()
  }
  const commentsOf = async () => {
    const path = `incident.comment?request_id=${ticket.invGateId}`
    const comments = await callInvGate<{ message: string }[]>(s, 'GET', path)
    return comments.map(({ message }) => message)
  }

  it('a reply that InvGate refuses is listed with the reason; a retry brings it there once', async () => {
    const id = await parkReply(s, mara, ticket.id, 'the first word')
    const { data, meta } = await failures(admin)
    assert.deepEqual(meta.pagination, { has_next: false, has_prev: false, limit: 100 })
    const [{ created_at: createdAt, reply_id: replyId, ...rest }] = data
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000)
    assert.match(replyId, /^[0-9a-f-]{36}$/)
    const about = { ticket_id: ticket.id, inv_gate_id: ticket.invGateId }
    assert.deepEqual(rest, {
      ...{ id, kind: 'reply', ...about, attempts: 3, last_error: 'No comments today', sent_at: null },
    })

    const answer = await act(admin, id, 'retry')
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().data, null)
    await eventually(async () => assert.deepEqual(await commentsOf(), ['the first word']))
    assert.deepEqual((await failures(admin)).data, [])
    assert.deepEqual(await auditOf(s, `ticket:${ticket.id}`, 'mirror.retried'), [
      { by: admin.uid, job: id, kind: 'reply', reply_id: replyId, last_error: 'No comments today' },
    ])
  })

  it('of what fails on our own side it tells nothing but the code', async () => {
    const id = await holdJob(s, admin, ticket.id)
    await sql(
      s.database,
      `CREATE TRIGGER refuse BEFORE UPDATE ON tickets FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'an inner word'`,
    )
    try {
      await sql(s.database, `UPDATE mirror_jobs SET attempts = 59, available_at = NOW(3) WHERE id = ${id}`)
      const [failure] = await eventually(async () => {
        const { data } = await failures(admin)
        assert.equal(data.length, 1)
        return data
      })
      assert.equal(failure.last_error, 'it failed on our side: ER_SIGNAL_EXCEPTION')
    } finally {
      await sql(s.database, 'DROP TRIGGER refuse')
    }
  })

  it('what is dropped is never told, and only the reason stays', async () => {
    const id = await parkReply(s, mara, ticket.id, 'not for InvGate')
    const before = await commentsOf()
    const answer = await act(admin, id, 'drop', { reason: 'a secret was in it' })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.deepEqual(await sql(s.database, 'SELECT id FROM mirror_jobs'), [])
    assert.deepEqual((await failures(admin)).data, [])
    assertFailure(await act(admin, id, 'retry'), { status: 404, code: 'mirror_job.not_found' })
    assert.deepEqual(await commentsOf(), before)
    const [entry] = await auditOf(s, `ticket:${ticket.id}`, 'mirror.dropped')
    assert.deepEqual([entry?.by, entry?.job, entry?.reason], [admin.uid, id, 'a secret was in it'])
  })

  it('drop wants a reason', async () => {
    const id = await parkReply(s, mara, ticket.id, 'why?')
    for (const reason of [undefined, '', '  ', 'x'.repeat(501)])
      assertFailure(await act(admin, id, 'drop', { reason }), { status: 400, fields: ['reason'] })
    assert.equal((await act(admin, id, 'drop', { reason: '🖨'.repeat(500) })).statusCode, 200)
  })

  it('what is still at work is not listed and answers 409 to both', async () => {
    const id = await holdJob(s, admin, ticket.id)
    assert.deepEqual((await failures(admin)).data, [])
    assertFailure(await act(admin, id, 'retry'), { status: 409, code: 'mirror_job.conflict' })
    assertFailure(await act(admin, id, 'drop', { reason: 'x' }), { status: 409, code: 'mirror_job.conflict' })
    assert.equal((await sql(s.database, `SELECT id FROM mirror_jobs WHERE id = ${id}`)).length, 1)
  })

  it('of many admins at once one is heard', async () => {
    const id = await parkReply(s, mara, ticket.id, 'contended')
    const answers = await Promise.all(Array.from({ length: 8 }, () => act(admin, id, 'retry')))
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
    for (const { statusCode } of answers) assert.ok([200, 404, 409].includes(statusCode), String(statusCode))
  })

  it('a change that cannot be written into the audit does not happen', async () => {
    const id = await parkReply(s, mara, ticket.id, 'unrecorded')
    await sql(s.database, 'RENAME TABLE audit_entries TO hidden')
    try {
      assertFailure(await act(admin, id, 'retry'), { status: 500 })
      assertFailure(await act(admin, id, 'drop', { reason: 'x' }), { status: 500 })
    } finally {
      await sql(s.database, 'RENAME TABLE hidden TO audit_entries')
    }
    assert.deepEqual(
      (await failures(admin)).data.map((job: { id: number }) => job.id),
      [id],
    )
  })

  it('the cursor leads through all of them, a page at a time', async () => {
    const values = Array.from({ length: 3 }, () => `('${ticket.id}', 'state', '9999-12-31')`).join(', ')
    await sql(s.database, `INSERT INTO mirror_jobs (ticket_id, kind, available_at) VALUES ${values}`)
    const all = (await failures(admin)).data.map(({ id }: { id: number }) => id)
    assert.equal(all.length, 3)
    const seen: number[] = []
    for (let cursor = ''; ; ) {
      const { data, meta } = await failures(admin, `limit=1${cursor && `&cursor=${cursor}`}`)
      seen.push(...data.map(({ id }: { id: number }) => id))
      assert.equal(meta.pagination.has_prev, cursor !== '')
      if (!meta.pagination.has_next) break
      cursor = meta.pagination.next_cursor
    }
    assert.deepEqual(seen, all)
    for (const [query, field] of Object.entries({
      '': 'limit',
      'limit=101': 'limit',
      'limit=1&cursor=x': 'cursor',
    }))
      assertFailure(await read(s.app, admin, `${path}?${query}`), { status: 400, fields: [field] })
  })

  it("another tenant's admin sees nothing of it, an operator who names the tenant all of it", async () => {
    const id = await parkReply(s, mara, ticket.id, 'tenants')
    assert.deepEqual((await failures(otherAdmin)).data, [])
    for (const action of ['retry', 'drop'] as const)
      assertFailure(await act(otherAdmin, id, action, { reason: 'x' }), {
        status: 404,
        code: 'mirror_job.not_found',
      })
    for (const operator of operators) {
      assert.deepEqual((await failures(operator)).data, [])
      const named = { ...operator, headers: { ...operator.headers, 'x-tenant-id': '2' } }
      assert.equal((await failures(named)).data[0].id, id)
    }
  })

  it('other roles are refused on every route, and nobody without a token', async () => {
    for (const role of ['user', 'committee', 'agent', 'vendor'] as const) {
      const other = member(50, role, 2)
      assertFailure(await read(s.app, other, `${path}?limit=1`), { status: 403, code: 'auth.forbidden' })
      for (const action of ['retry', 'drop'] as const)
        assertFailure(await act(other, 1, action, { reason: 'x' }), { status: 403, code: 'auth.forbidden' })
    }
    assertFailure(await s.app.inject({ url: `${path}?limit=1` }), { status: 401 })
  })
})
