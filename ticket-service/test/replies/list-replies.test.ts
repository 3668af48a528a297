import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [owner, agent, otherAgent, other] = [member(7), member(9, 'agent'), member(10, 'agent'), member(8)]
const [admin, vendor, committee] = [member(11, 'admin'), member(12, 'vendor'), member(13, 'committee')]
const unknown = '01a22431-3d52-7125-8f80-c64f7c3b27aa'
const uuid = /^[0-9a-f-]{36}$/

describe('the replies of a ticket', () => {
  let s: TicketService
  let id: string
  /** Public ones and notes, by turns of three, in the order in which they were written. */
  const written: { id: string; internal: boolean; [field: string]: unknown }[] = []
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    await enrol(s, [owner, agent, otherAgent, other, admin, vendor, committee])
    id = (await raise(s.app, owner)).id
    await patch(s.app, agent, id, { agent_id: agent.uid })
    for (let count = 0; count < 25; count += 1) {
      const internal = count % 3 === 2
      const by = internal || count % 2 === 0 ? agent : owner
      written.push((await replyTo(s.app, by, id, { message: `reply ${count}`, internal })).json().data)
    }
  })
  after(() => s.close())

  const list = async (by: Member, query: string, path = '/tickets') =>
    (await read(s.app, by, `${path}/${id}/replies?${query}`)).json()
  const dueTo = (by: Member) => written.filter(({ internal }) => by !== owner || !internal)

  it('are in the order of time, as contract 7 words them', async () => {
    const { data, meta, ...rest } = await list(vendor, 'limit=100', '/vendor/tickets')
    assert.deepEqual(rest, { ok: true, success: true, message: 'ok', error: null, errors: null })
    assert.deepEqual(meta.pagination, { has_next: false, has_prev: false, limit: 100 })
    assert.deepEqual(data, written)
    for (const reply of written) {
      const { id: replyId, ticket_id, user_id, message, created_at } = reply
      assert.match(String(replyId), uuid)
      assert.equal(ticket_id, id)
      assert.ok([owner.uid, agent.uid].includes(Number(user_id)))
      assert.match(String(message), /^reply \d+$/)
      assert.equal(new Date(String(created_at)).toISOString(), created_at)
      assert.equal('attachment_url' in reply, false)
    }
  })

  for (const [who, by] of Object.entries({ owner, agent, admin, vendor }))
    for (const limit of [1, 7, 24, 25, 100])
      it(`are all visited once and in order, ${limit} at a time, there and back, by the ${who}`, async () => {
        const due = dueTo(by)
        const seen: object[] = []
        let page = await list(by, `limit=${limit}`)
        assert.equal(page.meta.pagination.has_prev, false)
        for (;;) {
          assert.ok(page.data.length <= limit)
          seen.push(...page.data)
          const { next_cursor, has_next } = page.meta.pagination
          assert.equal(has_next, next_cursor !== undefined)
          if (!has_next) break
          assert.equal(next_cursor, page.data.at(-1).id)
          page = await list(by, `limit=${limit}&cursor=${next_cursor}`)
        }
        assert.deepEqual(seen, due)
        const back = [...page.data]
        for (;;) {
          const { prev_cursor, has_prev } = page.meta.pagination
          assert.equal(has_prev, prev_cursor !== undefined)
          if (!has_prev) break
          page = await list(by, `limit=${limit}&cursor=${prev_cursor}`)
          back.unshift(...page.data)
        }
        assert.deepEqual(back, due)
      })

  it('`cursor` is the last id seen, whoever keeps it: what comes after it', async () => {
    const { data } = await list(agent, `limit=100&cursor=${written[9]?.id}`)
    assert.deepEqual(data, written.slice(10))
    // A requester's cursor may be a note's id that somebody told them: it is only a place.
    const { data: ofOwner } = await list(owner, `limit=100&cursor=${written[11]?.id}`)
    assert.deepEqual(
      ofOwner,
      dueTo(owner).filter((reply) => reply.id > String(written[11]?.id)),
    )
  })

  it('past the last one there are none, and before the first: from there it goes back to where they are', async () => {
    const past = await list(agent, `limit=5&cursor=${written.at(-1)?.id}`)
    assert.deepEqual(past.data, [])
    const { has_next, has_prev, prev_cursor } = past.meta.pagination
    assert.deepEqual([has_next, has_prev], [false, true])
    assert.deepEqual((await list(agent, `limit=5&cursor=${prev_cursor}`)).data, written.slice(-5))
    const before = await list(agent, `limit=5&cursor=before:${written[0]?.id}`)
    assert.deepEqual(before.data, [])
    assert.equal(before.meta.pagination.has_prev, false)
    const { next_cursor } = before.meta.pagination
    assert.deepEqual((await list(agent, `limit=5&cursor=${next_cursor}`)).data, written.slice(0, 5))
  })

  it('a limit that is missing, or not 1 to 100, and a cursor that is none → 400 with the field', async () => {
    const bad: [string, string[]][] = [
      ['', ['limit']],
      ['limit=0', ['limit']],
      ['limit=101', ['limit']],
      ['limit=-1', ['limit']],
      ['limit=1.5', ['limit']],
      ['limit=x', ['limit']],
      ['limit=', ['limit']],
      ['limit=1&limit=2', ['limit']],
      ['limit=1&cursor=', ['cursor']],
      ['limit=1&cursor=1', ['cursor']],
      [`limit=1&cursor=${unknown}x`, ['cursor']],
      [`limit=1&cursor=after:${unknown}`, ['cursor']],
    ]
    for (const path of ['/tickets', '/vendor/tickets'])
      for (const [query, fields] of bad)
        assertFailure(await read(s.app, vendor, `${path}/${id}/replies?${query}`), { status: 400, fields })
  })

  it('are not there for whoever may not know of the ticket: 404, as of one that is unknown', async () => {
    const failures = new Set<string>()
    for (const [by, target] of [
      [other, id],
      [otherAgent, id],
      [committee, id],
      [member(15, 'admin', 2), id],
      [owner, unknown],
      [owner, 'x'],
    ] as const) {
      const answer = await read(s.app, by, `/tickets/${target}/replies?limit=1`)
      const { code, message } = assertFailure(answer, { status: 404 })
      failures.add(`${code} ${message}`)
    }
    assert.equal(failures.size, 1)
  })

  it('under /vendor are for vendors and admins alone: others 403, whether or not there is a ticket; unknown 404; no token 401', async () => {
    for (const by of [owner, agent, other, committee])
      for (const target of [id, unknown])
        assertFailure(await read(s.app, by, `/vendor/tickets/${target}/replies?limit=1`), { status: 403 })
    for (const by of [vendor, admin]) {
      assert.equal((await read(s.app, by, `/vendor/tickets/${id}/replies?limit=1`)).statusCode, 200)
      for (const target of [unknown, 'x'])
        assertFailure(await read(s.app, by, `/vendor/tickets/${target}/replies?limit=1`), { status: 404 })
    }
    const elsewhere = member(16, 'vendor', 2)
    assertFailure(await read(s.app, elsewhere, `/vendor/tickets/${id}/replies?limit=1`), { status: 404 })
    assertFailure(await s.app.inject(`/vendor/tickets/${id}/replies?limit=1`), { status: 401 })
  })
})
