import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { admin, history, scan, upload } from './gate.ts'

describe('GET /events/:event_id/scans', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  const get = (query: string, eventId = 'e1') =>
    s.app.inject({ url: `/events/${eventId}/scans?${query}`, headers: admin })

  it('shows each scan in the order of recording: what, by whom, when, with which nonce, offline or not', async () => {
    const ticket = { event_id: 'e1', ticket_id: 5 }
    const scanned_at = new Date(Date.now() - 3_600_000).toISOString()
    await upload(s.app, [{ ...ticket, nonce: 'offline', scanned_at }])
    await scan(s.app, ticket)
    await scan(s.app, ticket, '/checkout')
    await scan(s.app, { ...ticket, nonce: 'again' })
    await scan(s.app, ticket, '/undo', admin)
    await scan(s.app, { event_id: 'e2', ticket_id: 5 })
    const answer = await get('limit=10')
    assert.equal(answer.statusCode, 200)
    const { data, ok, meta } = answer.json()
    assert.equal(ok, true)
    assert.deepEqual(meta.pagination, { has_next: false, has_prev: false, limit: 10 })
    assert.deepEqual(Object.keys(data[0]).toSorted(), [
      'direction',
      'id',
      'nonce',
      'offline',
      'recorded_at',
      'scanned_at',
      'scanned_by',
      'seq',
      'ticket_id',
    ])
    const found = data.map((one: Record<string, unknown>) => [
      one.ticket_id,
      one.seq,
      one.direction,
      one.scanned_by,
      one.nonce,
      one.offline,
    ])
    assert.deepEqual(found, [
      [5, 1, 'in', 'gate@example.com', 'offline', true],
      [5, 2, 'out', 'gate@example.com', null, false],
      [5, 3, 'in', 'gate@example.com', 'again', false],
      [5, 4, 'undo', 'admin@example.com', null, false],
    ])
    assert.equal(data[0].scanned_at, scanned_at)
    assert.ok(Date.now() - Date.parse(data[0].recorded_at) < 60_000)
    assert.equal(data[1].scanned_at, data[1].recorded_at)
  })

  it('is read page by page without a gap or a double, while more is scanned', async () => {
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 20; page += 1) {
      if (page < 12) await scan(s.app, { event_id: 'e3', ticket_id: page })
      const { data, meta } = (await get(`limit=1${cursor}`, 'e3')).json()
      seen.push(...data.map(({ ticket_id }: { ticket_id: unknown }) => ticket_id))
      const last = data.at(-1)?.id
      if (last !== undefined) cursor = `&cursor=${last}`
      assert.equal(meta.pagination.next_cursor, meta.pagination.has_next ? last : undefined)
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 12 }, (_, index) => index),
    )
    assert.equal((await history(s.app, 'e3')).length, 12)
  })

  it('of an event that nobody knows is empty; a bad limit or cursor is named', async () => {
    assert.deepEqual((await get('limit=1', 'nobody')).json().data, [])
    for (const [query, field] of [
      ['', 'limit'],
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=5&cursor=x', 'cursor'],
      [`limit=5&cursor=${encodeURIComponent('ü'.repeat(36))}`, 'cursor'],
    ] as const)
      assertFailure(await get(query), { status: 400, code: 'request.invalid', fields: [field] })
  })
})
