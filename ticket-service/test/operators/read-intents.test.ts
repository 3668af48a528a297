import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { act, admin, mara, parkTicket, path, setIntent } from './parked-tickets.ts'

const unknown = '01890000-0000-7000-8000-000000000000'

describe('reading the tickets in doubt', () => {
  let s: TicketService
  let [doubtful, failed, sending, foreign] = ['', '', '', '']
  before(async () => {
    s = await startTicketService()
    doubtful = await parkTicket(s, { title: 'doubtful' })
    failed = await parkTicket(s, { title: 'failed', state: 'failed' })
    sending = await parkTicket(s, { title: 'sending' })
    await setIntent(s, sending, "state = 'sending', available_at = NOW(3) + INTERVAL 1 HOUR")
    foreign = await parkTicket(s, { title: 'foreign', caller: bearer({ sub: 'eve', tenant_id: 3 }) })
  })
  after(() => s.close())

  const get = (url: string, headers: object = admin) => s.app.inject({ url, headers: { ...headers } })
  const idsOf = async (url: string, headers: object = admin) =>
    (await get(url, headers)).json().data.map(({ id }: { id: string }) => id)

  it('an admin finds those of the own tenant that are in doubt or failed, with all that tells them apart', async () => {
    const answer = await get(`${path}?limit=100`)
    assert.equal(answer.statusCode, 200, answer.body)
    const { data, meta, ok } = answer.json()
    assert.equal(ok, true)
    assert.deepEqual(meta.pagination, { has_next: false, has_prev: false, limit: 100 })
    assert.deepEqual(
      data.map(({ id, state }: { id: string; state: string }) => [id, state]),
      [
        [doubtful, 'in_doubt'],
        [failed, 'failed'],
      ],
    )
    const { sent_at: sentAt, created_at: createdAt, ...rest } = data[0]
    for (const time of [sentAt, createdAt]) assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000, time)
    assert.deepEqual(rest, {
      id: doubtful,
      state: 'in_doubt',
      title: 'doubtful',
      creator_email: 'mara@example.com',
      creator_id: 77,
      customer_id: 77,
      sends: 1,
      attempts: 0,
      last_error: 'why',
      files: [{ filename: 'a.txt', size: 7 }],
      parked: true,
    })
  })

  it('the state narrows the list, and one that is at work is not parked', async () => {
    assert.deepEqual(await idsOf(`${path}?limit=9&state=failed`), [failed])
    assert.deepEqual(await idsOf(`${path}?limit=9&state=sending,failed`), [failed, sending])
    assert.equal((await get(`${path}?limit=9&state=sending`)).json().data[0].parked, false)
    await setIntent(s, sending, "state = 'refused'")
    assert.deepEqual(await idsOf(`${path}?limit=9&state=refused`), [sending])
    assertFailure(await act(s, sending, 'resend'), { status: 409, code: 'intent.conflict' })
    await setIntent(s, sending, "state = 'sending'")
  })

  it('the cursor leads through all of them, a page at a time', async () => {
    const first = (await get(`${path}?limit=1`)).json()
    const { next_cursor: cursor, ...pagination } = first.meta.pagination
    assert.deepEqual(pagination, { has_next: true, has_prev: false, limit: 1 })
    assert.equal(cursor, doubtful)
    const second = (await get(`${path}?limit=1&cursor=${cursor}`)).json()
    assert.equal(second.data[0].id, failed)
    assert.deepEqual(second.meta.pagination, { has_next: false, has_prev: true, limit: 1 })
  })

  it('one has its description and what operators did to it besides', async () => {
    await sql(
      s.database,
      `INSERT INTO operator_actions (intent_id, actor, action, detail) VALUES ('${failed}', 'ada', 'resend', 'was failed')`,
    )
    const { data } = (await get(`${path}/${failed}`)).json()
    assert.equal(data.description, 'b')
    assert.equal(data.inv_gate_id, null)
    assert.deepEqual(
      data.actions.map(({ actor, action, detail }: Record<string, string>) => [actor, action, detail]),
      [['ada', 'resend', 'was failed']],
    )
  })

  it('an operator of tenant 1 sees any tenant that X-Tenant-ID names', async () => {
    for (const role of ['admin', 'vendor']) {
      const operator = { ...bearer({ sub: 'op', role }), 'x-tenant-id': '3' }
      assert.deepEqual(await idsOf(`${path}?limit=9`, operator), [foreign])
      assert.equal((await get(`${path}/${foreign}`, operator)).statusCode, 200)
      assert.deepEqual(await idsOf(`${path}?limit=9`, bearer({ sub: 'op', role })), [])
    }
    assertFailure(await get(`${path}?limit=9`, { ...admin, 'x-tenant-id': '3' }), { status: 403 })
  })

  it('whoever is no admin is refused on every route, whether or not the intent exists', async () => {
    const bodies = { link: { inv_gate_id: 1 }, resend: {}, drop: { reason: 'x' } }
    const others = ['user', 'agent', 'committee', 'vendor'].map((role) =>
      bearer({ sub: 'mara@example.com', role, tenant_id: 2 }),
    )
    for (const headers of [mara, ...others]) {
      assertFailure(await get(`${path}?limit=9`, headers), { status: 403, code: 'auth.forbidden' })
      for (const id of [doubtful, unknown]) {
        assertFailure(await get(`${path}/${id}`, headers), { status: 403, code: 'auth.forbidden' })
        for (const [action, body] of Object.entries(bodies))
          assertFailure(await act(s, id, action, body, headers), { status: 403, code: 'auth.forbidden' })
      }
    }
    assertFailure(await get(`${path}?limit=9`, {}), { status: 401 })
  })

  it("an unknown id, no id at all and another tenant's answer the same 404 on every route", async () => {
    const error = 'ticket intent not found'
    for (const id of [unknown, foreign, 'x', 'ä', `${doubtful.slice(0, 35)}٣`]) {
      const expected = { status: 404, code: 'intent.not_found', error, fields: null }
      assertFailure(await get(`${path}/${encodeURIComponent(id)}`), expected)
      assertFailure(await act(s, id, 'link', { inv_gate_id: 1 }), expected)
      assertFailure(await act(s, id, 'resend'), expected)
      assertFailure(await act(s, id, 'drop', { reason: 'x' }), expected)
    }
  })

  it('a list without a limit, or with a state or cursor that is none, is 400', async () => {
    const wrong = { '': 'limit', 'limit=0': 'limit', 'limit=101': 'limit', 'limit=9&state=stored': 'state' }
    for (const [query, field] of Object.entries({ ...wrong, 'limit=9&cursor=x': 'cursor' }))
      assertFailure(await get(`${path}?${query}`), { status: 400, fields: [field] })
  })
})
