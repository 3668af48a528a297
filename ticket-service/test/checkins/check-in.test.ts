import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { attendance, gate, scan } from './gate.ts'

describe('POST /checkins', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  it('answers 201 with the status and the record, word for word, and GET /attendance shows it', async () => {
    const before = Date.now()
    const answer = await scan(s.app, { event_id: 'gala', ticket_id: 'T-1' })
    assert.equal(answer.statusCode, 201)
    const { record } = answer.json()
    assert.deepEqual(answer.json(), {
      status: 'checked_in',
      record: {
        event_id: 'gala',
        ticket_id: 'T-1',
        checked_in_by: 'gate@example.com',
        checked_in_at: record.checked_in_at,
      },
    })
    assert.match(record.checked_in_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    const at = Date.parse(record.checked_in_at)
    assert.ok(at >= before && at <= Date.now())

    assert.deepEqual(await attendance(s.app, 'gala'), {
      event_id: 'gala',
      total_checkins: 1,
      inside: 1,
      records: [
        {
          ticket_id: 'T-1',
          checked_in_by: 'gate@example.com',
          checked_in_at: record.checked_in_at,
          checked_out_at: null,
        },
      ],
    })
  })

  it('of a ticket that is in answers 409 with the existing record in data', async () => {
    const ticket = { event_id: 'gala', ticket_id: 'T-2' }
    const { record } = (await scan(s.app, ticket)).json()
    const other = bearer({ sub: 'other@example.com', role: 'vendor' })
    const failure = assertFailure(await scan(s.app, ticket, '', other), {
      status: 409,
      code: 'checkin.conflict',
      error: 'this ticket is already checked in',
      fields: null,
    })
    assert.deepEqual(failure.data, record)
  })

  it('takes numbers for ids, gives them back as numbers, and takes 5 and "5" for the same', async () => {
    const asNumbers = await scan(s.app, { event_id: 7, ticket_id: 5 })
    assert.equal(asNumbers.statusCode, 201)
    assert.deepEqual([asNumbers.json().record.event_id, asNumbers.json().record.ticket_id], [7, 5])
    const asText = await scan(s.app, { event_id: '7', ticket_id: '5' })
    const failure = assertFailure(asText, { status: 409, code: 'checkin.conflict' })
    assert.deepEqual(failure.data, { ...asNumbers.json().record, event_id: '7', ticket_id: '5' })

    await scan(s.app, { event_id: 7, ticket_id: '05' })
    const { event_id, records } = await attendance(s.app, 7)
    assert.equal(event_id, 7)
    assert.deepEqual(
      records.map(({ ticket_id }: { ticket_id: unknown }) => ticket_id),
      [5, '05'],
    )
  })

  it('takes ids from one character to 190, 0 and the largest safe integer', async () => {
    for (const id of ['x', 'x'.repeat(190), '🎫'.repeat(190), 0, Number.MAX_SAFE_INTEGER]) {
      const answer = await scan(s.app, { event_id: id, ticket_id: id })
      assert.equal(answer.statusCode, 201, answer.body)
      assert.deepEqual([answer.json().record.event_id, answer.json().record.ticket_id], [id, id])
      assert.equal((await attendance(s.app, id)).records[0].ticket_id, id)
    }
  })

  it('keeps ids apart that differ in case, accents, Unicode form or blanks at the end', async () => {
    const ids = ['a', 'A', 'a ', 'a\t', ' a', 'á', 'a\u0301', 'a\u0000', 'ａ']
    for (const ticket_id of ids)
      assert.equal((await scan(s.app, { event_id: 'alike', ticket_id })).statusCode, 201, ticket_id)
    for (const event_id of ['alike ', 'Alike', 'alike\u0000'])
      assert.equal((await attendance(s.app, event_id)).total_checkins, 0)
    assert.equal((await attendance(s.app, 'alike')).total_checkins, ids.length)
  })

  it('says what is wrong with each field, and changes nothing', async () => {
    const good = { event_id: 'bad', ticket_id: 'T' }
    const wrong: [object, string[]][] = [
      [{}, ['event_id', 'ticket_id']],
      [{ ...good, event_id: '' }, ['event_id']],
      [{ ...good, event_id: ' \t\u00a0' }, ['event_id']],
      [{ ...good, ticket_id: 'x'.repeat(191) }, ['ticket_id']],
      [{ ...good, ticket_id: -1 }, ['ticket_id']],
      [{ ...good, ticket_id: 1.5 }, ['ticket_id']],
      [{ ...good, ticket_id: 2 ** 53 }, ['ticket_id']],
      [{ ...good, ticket_id: null }, ['ticket_id']],
      [{ ...good, ticket_id: true }, ['ticket_id']],
      [{ ...good, ticket_id: ['T'] }, ['ticket_id']],
      [{ ...good, nonce: '' }, ['nonce']],
      [{ ...good, nonce: 'x'.repeat(129) }, ['nonce']],
      [{ ...good, nonce: 5 }, ['nonce']],
    ]
    for (const action of ['', '/checkout', '/undo'] as const)
      for (const [body, fields] of wrong)
        assertFailure(await scan(s.app, body, action), { status: 400, code: 'request.invalid', fields })
    assert.equal((await attendance(s.app, 'bad')).total_checkins, 0)
    const long = await s.app.inject({ url: `/attendance/${'x'.repeat(191)}`, headers: gate })
    assertFailure(long, { status: 400, code: 'request.invalid', fields: ['event_id'] })
  })

  it('lists attendance in the order of time', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `T${(index * 7) % 12}`)
    for (const ticket_id of ids) await scan(s.app, { event_id: 'order', ticket_id })
    const { records } = await attendance(s.app, 'order')
    const times = records.map(({ checked_in_at }: { checked_in_at: string }) => checked_in_at)
    assert.deepEqual(times, times.toSorted())
    assert.equal(new Set(times).size > 3, true)
    assert.deepEqual(
      records.map(({ ticket_id }: { ticket_id: string }) => ticket_id).toSorted(),
      ids.toSorted(),
    )
  })
})
