import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { addPeople, createTell, eventOf, person, reply, ticketOf } from './tell.ts'

const path = '/api/v1/notifications'
const mara = bearer({ sub: 'p1@example.com', uid: 1 })
const ada = bearer({ sub: 'p2@example.com', uid: 2, role: 'agent' })
const unknown = '01890000-0000-7000-8000-000000000000'

describe('own notifications', () => {
  let s: TicketService
  let t: ReturnType<typeof createTell>
  const ticket = ticketOf({ userId: 1, creatorKey: 'p1@example.com', agentId: 2 })
  before(async () => {
    s = await startTicketService()
    t = createTell(s.database)
    await addPeople(s.database, [
      { id: 1 },
      { id: 2, role: 'agent' },
      { id: 3, key: 'p3@example.com' },
      { id: 4, tenant: 2 },
    ])
    for (const text of ['one', 'two', 'three'])
      await t.tell(eventOf('ticket.replied', ticket, person(2), reply(text)))
    await t.tell(eventOf('ticket.replied', ticket, person(1), reply('mine')))
  })
  after(async () => {
    await t.end()
    await s.close()
  })

  const get = (url: string, headers: object = mara) => s.app.inject({ url, headers: { ...headers } })
  const patch = (url: string, headers: object = mara) =>
    s.app.inject({ method: 'PATCH', url, headers: { ...headers } })
  const messagesOf = async (query = '', headers: object = mara) =>
    (await get(`${path}${query}`, headers)).json().data.map(({ message }: { message: string }) => message)
  const all = ['three', 'two', 'one'].map((text) => `Person 2 replied: ${text}`)

  it('are listed newest first, with all that a client shows', async () => {
    const answer = await get(path)
    assert.equal(answer.statusCode, 200, answer.body)
    const { data, meta, ok } = answer.json()
    assert.equal(ok, true)
    assert.deepEqual(meta.pagination, { has_next: false, has_prev: false, limit: 20 })
    const [{ id, created_at: createdAt, ...rest }] = data
    assert.match(id, /^[0-9a-f-]{36}$/)
    assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000, createdAt)
    assert.deepEqual(rest, {
      kind: 'ticket.replied',
      title: 'The printer is on fire',
      message: 'Person 2 replied: three',
      ticket_id: ticket.id,
      actor_id: 2,
      read_at: null,
    })
    assert.deepEqual(await messagesOf(), all)
  })

  it('come a page at a time by the cursor', async () => {
    const first = (await get(`${path}?limit=2`)).json()
    const { next_cursor: cursor, ...pagination } = first.meta.pagination
    assert.deepEqual(pagination, { has_next: true, has_prev: false, limit: 2 })
    const second = (await get(`${path}?limit=2&cursor=${cursor}`)).json()
    assert.deepEqual(second.meta.pagination, { has_next: false, has_prev: true, limit: 2 })
    const messages = [...first.data, ...second.data].map(({ message }: { message: string }) => message)
    assert.deepEqual(messages, all)
  })

  it("are the caller's alone: another's, an unknown and no id at all answer the same 404", async () => {
    const [{ id }] = (await get(path)).json().data
    assert.deepEqual(await messagesOf('', ada), ['Person 1 replied: mine'])
    for (const wanted of [unknown, 'x', 'ä', encodeURIComponent('%00')])
      assertFailure(await patch(`${path}/${encodeURIComponent(wanted)}/read`), {
        status: 404,
        code: 'notification.not_found',
        error: 'notification not found',
        fields: null,
      })
    const strangers = [
      ada,
      bearer({ sub: 'p1@example.com', uid: 1, tenant_id: 2 }),
      bearer({ sub: 'nobody' }),
    ]
    for (const headers of strangers)
      assertFailure(await patch(`${path}/${id}/read`, headers), {
        status: 404,
        code: 'notification.not_found',
      })
    assert.equal((await get(path)).json().data[0].read_at, null)
    for (const url of [path, `${path}/unread-count`, `${path}/settings`])
      assertFailure(await get(url, {}), { status: 401 })
  })

  it('of a token without an account number are found by its login name, in its tenant', async () => {
    assert.deepEqual(await messagesOf('', bearer({ sub: 'P1@Example.com' })), all)
    assert.deepEqual(await messagesOf('', bearer({ sub: 'p1@example.com', tenant_id: 2 })), [])
    assert.deepEqual(await messagesOf('', bearer({ sub: 'nobody@example.com' })), [])
    const count = await get(`${path}/unread-count`, bearer({ sub: 'nobody@example.com' }))
    assert.deepEqual(count.json().data, { unread: 0 })
  })

  it('of another tenant are not shown, and neither are those of the own one there', async () => {
    const foreign = ticketOf({ tenantId: 2, userId: 4, creatorKey: 'p4@example.com' })
    await t.tell(eventOf('ticket.replied', foreign, person(2), reply('far away')))
    assert.deepEqual(await messagesOf('', bearer({ sub: 'p4@example.com', uid: 4, tenant_id: 2 })), [
      'Person 2 replied: far away',
    ])
    assert.deepEqual(await messagesOf('', bearer({ sub: 'p4@example.com', uid: 4 })), [])
    const operator = { ...bearer({ sub: 'p1@example.com', uid: 1, role: 'admin' }), 'x-tenant-id': '2' }
    assert.deepEqual(await messagesOf('', operator), [])
  })

  it('are marked as read, one and all, and once', async () => {
    const [newest] = (await get(path)).json().data
    const read = await patch(`${path}/${newest.id}/read`)
    assert.equal(read.statusCode, 200, read.body)
    const { read_at: readAt } = read.json().data
    assert.ok(Math.abs(Date.parse(readAt) - Date.now()) < 60_000, readAt)
    assert.equal((await patch(`${path}/${newest.id}/read`)).json().data.read_at, readAt)
    assert.deepEqual(await messagesOf('?unread=true'), all.slice(1))
    assert.deepEqual((await get(`${path}/unread-count`)).json().data, { unread: 2 })

    assert.deepEqual((await patch(`${path}/read`)).json().data, { read: 2 })
    assert.deepEqual((await patch(`${path}/read`)).json().data, { read: 0 })
    assert.deepEqual(await messagesOf('?unread=true'), [])
    assert.deepEqual(await messagesOf(), all)
    assert.deepEqual((await get(path)).json().data[0].read_at, readAt)
    assert.deepEqual(await messagesOf('?unread=true', ada), ['Person 1 replied: mine'])
  })

  it('a limit, a cursor or a filter that is none is 400', async () => {
    const wrong = { 'limit=0': 'limit', 'limit=101': 'limit', 'cursor=x': 'cursor', 'unread=maybe': 'unread' }
    for (const [query, field] of Object.entries(wrong))
      assertFailure(await get(`${path}?${query}`), { status: 400, fields: [field] })
  })
})
