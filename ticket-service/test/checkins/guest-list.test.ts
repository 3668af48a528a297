import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { admin, attendance, scan, setGuests, upload } from './gate.ts'

describe('the guest list of an event', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  const get = (eventId: string | number, query = 'limit=100') =>
    s.app.inject({ url: `/events/${eventId}/guests?${query}`, headers: admin })
  const remove = (eventId: string | number) =>
    s.app.inject({ method: 'DELETE', url: `/events/${eventId}/guests`, headers: admin })
  const guestsOf = async (eventId: string | number) =>
    (await get(eventId)).json().data.map(({ ticket_id }: { ticket_id: unknown }) => ticket_id)
  const unknown = {
    status: 404,
    code: 'checkin.not_found',
    error: 'this ticket is not on the guest list of the event',
    fields: ['ticket_id'],
  }
  const noList = { status: 404, code: 'guest_list.not_found' }

  it('lets in who is on it, and answers 404 with the reason to any other', async () => {
    const answer = await setGuests(s.app, 1, ['T', 5])
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json().data, { guests: 2 })
    assert.equal((await scan(s.app, { event_id: '1', ticket_id: 'T' })).statusCode, 201)
    assert.equal((await scan(s.app, { event_id: 1, ticket_id: '5' })).statusCode, 201)
    for (const ticket_id of ['t', 'T ', '05', 6])
      assertFailure(await scan(s.app, { event_id: 1, ticket_id, nonce: String(ticket_id) }), unknown)
    const offline = { event_id: 1, ticket_id: 'U', nonce: 'offline', scanned_at: new Date().toISOString() }
    const [refused] = (await upload(s.app, [offline])).json().results
    assert.deepEqual([refused.status, refused.code, refused.error], ['refused', unknown.code, unknown.error])
    const { total_checkins, inside } = await attendance(s.app, 1)
    assert.deepEqual([total_checkins, inside], [2, 2])
    // On connections that have just told of a list: an event that nobody knew has none.
    const others = Array.from({ length: 20 }, (_, index) => `other ${index}`)
    await Promise.all(others.map(() => scan(s.app, { event_id: 1, ticket_id: 'V' })))
    for (const event_id of others)
      assert.equal((await scan(s.app, { event_id, ticket_id: 'U' })).statusCode, 201)
  })

  it('that comes late is for whoever comes then: who is in may leave, and not come again', async () => {
    const ticket = { event_id: 3, ticket_id: 'T' }
    const { record } = (await scan(s.app, ticket)).json()
    await setGuests(s.app, 3, [])
    assert.deepEqual((await scan(s.app, ticket)).json().data, record)
    assert.equal((await scan(s.app, ticket, '/checkout')).statusCode, 200)
    assertFailure(await scan(s.app, ticket), unknown)
    await setGuests(s.app, 3, ['T'], 'POST')
    assert.equal((await scan(s.app, ticket)).statusCode, 201)
    const { total_checkins, inside } = await attendance(s.app, 3)
    assert.deepEqual([total_checkins, inside], [1, 1])
  })

  it('PUT replaces, POST adds or begins one, doubles count once, DELETE opens the event again', async () => {
    assert.deepEqual((await setGuests(s.app, 4, ['a', 'b', 'a', 7, '7'])).json().data, { guests: 3 })
    assert.deepEqual(await guestsOf(4), [7, 'a', 'b'])
    assert.deepEqual((await setGuests(s.app, 4, ['b', 'c'], 'POST')).json().data, { guests: 4 })
    assert.deepEqual((await setGuests(s.app, 4, ['d'])).json().data, { guests: 1 })
    assert.deepEqual(await guestsOf(4), ['d'])
    assertFailure(await scan(s.app, { event_id: 4, ticket_id: 'a' }), unknown)
    const gone = await remove(4)
    assert.deepEqual([gone.statusCode, gone.json().ok, gone.json().data], [200, true, null])
    assert.equal((await scan(s.app, { event_id: 4, ticket_id: 'a' })).statusCode, 201)
    assertFailure(await remove(4), noList)
    assertFailure(await get(4), noList)
    assert.deepEqual((await setGuests(s.app, 4, ['z'], 'POST')).json().data, { guests: 1 })
    assertFailure(await scan(s.app, { event_id: 4, ticket_id: 'b' }), unknown)
  })

  it('may be empty, which lets nobody in and is not the same as none', async () => {
    assert.deepEqual((await setGuests(s.app, 5, [])).json().data, { guests: 0 })
    assertFailure(await scan(s.app, { event_id: 5, ticket_id: 'T' }), unknown)
    assert.deepEqual((await get(5)).json().data, [])
    assertFailure(await get(6), noList)
  })

  it('is read page by page, whatever its tickets are called', async () => {
    const tickets = ['ä', ' ', 'a b', 'a/b?c', '🎫', 'z\u0000', 3, 20].filter((id) => id !== ' ')
    await setGuests(s.app, 7, tickets)
    const found = []
    let cursor = ''
    for (let page = 0; page < 10; page += 1) {
      const answer = await get(7, `limit=2${cursor}`)
      assert.equal(answer.statusCode, 200, answer.body)
      const { data, meta } = answer.json()
      found.push(...data.map(({ ticket_id }: { ticket_id: unknown }) => ticket_id))
      const { next_cursor, has_next, has_prev, limit } = meta.pagination
      assert.deepEqual([has_next, has_prev, limit], [next_cursor !== undefined, cursor !== '', 2])
      if (!has_next) break
      cursor = `&cursor=${next_cursor}`
    }
    const byBytes = tickets.toSorted((a, b) => Buffer.compare(Buffer.from(`${a}`), Buffer.from(`${b}`)))
    assert.deepEqual(found, byBytes)
  })

  it('takes 10,000 tickets at once, of the longest names too, and one more is 400', async (t) => {
    const tickets = Array.from({ length: 10_000 }, (_, index) => '🎫'.repeat(185) + (10_000 + index))
    const startedAt = performance.now()
    assert.deepEqual((await setGuests(s.app, 8, tickets)).json().data, { guests: 10_000 })
    t.diagnostic(`10,000 guests took ${Math.round(performance.now() - startedAt)} ms`)
    assert.equal((await scan(s.app, { event_id: 8, ticket_id: tickets[9999] })).statusCode, 201)
    assert.deepEqual((await setGuests(s.app, 8, ['one more'], 'POST')).json().data, { guests: 10_001 })
    for (const method of ['PUT', 'POST'] as const) {
      const tooMany = await setGuests(s.app, 8, [...tickets.map((_, index) => index), 'x'], method)
      assertFailure(tooMany, { status: 400, code: 'request.invalid', fields: ['ticket_ids'] })
    }
  })

  it('says which field is wrong', async () => {
    for (const wrong of ['', ' ', -1, 1.5, 'x'.repeat(191)]) {
      const answer = await setGuests(s.app, 9, ['fine', wrong])
      assertFailure(answer, { status: 400, code: 'request.invalid', fields: ['ticket_ids.1'] })
    }
    for (const [query, field] of [
      ['', 'limit'],
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=5&cursor=%20', 'cursor'],
      ['limit=5&cursor=_w', 'cursor'],
    ] as const)
      assertFailure(await get(8, query), { status: 400, fields: [field] })
  })

  it('of two events and of changes at once is whole: the last one to be answered, and nobody else’s', async () => {
    const replica = await s.startReplica()
    const lists = Array.from({ length: 8 }, (_, number) =>
      Array.from({ length: 50 }, (_, index) => `list ${number} ticket ${index}`),
    )
    const answers = await Promise.all(
      lists.flatMap((tickets, number) =>
        ['e10', 'e11'].map((event) => setGuests(number % 2 ? replica : s.app, event, tickets)),
      ),
    )
    for (const answer of answers) assert.deepEqual([answer.statusCode, answer.json().data.guests], [200, 50])
    for (const event of ['e10', 'e11']) {
      const found = await guestsOf(event)
      assert.ok(
        lists.some((tickets) => tickets.toSorted().join() === found.join()),
        'a mixture',
      )
    }
  })
})
