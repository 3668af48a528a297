import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { attendance, history, scan } from './gate.ts'

const exit = bearer({ sub: 'exit@example.com', role: 'committee' })

describe('POST /checkins/checkout', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  it('checks a ticket out: it still counts, and is no longer inside', async () => {
    const ticket = { event_id: 1, ticket_id: 'T' }
    const { record } = (await scan(s.app, ticket)).json()
    const answer = await scan(s.app, ticket, '/checkout', exit)
    assert.equal(answer.statusCode, 200)
    const out = answer.json().record
    assert.deepEqual(answer.json(), {
      status: 'checked_out',
      record: { ...record, checked_out_by: 'exit@example.com', checked_out_at: out.checked_out_at },
    })
    assert.ok(out.checked_out_at >= record.checked_in_at)
    const { total_checkins, inside, records } = await attendance(s.app, 1)
    assert.deepEqual([total_checkins, inside], [1, 0])
    assert.deepEqual(records, [
      {
        ticket_id: 'T',
        checked_in_by: 'gate@example.com',
        checked_in_at: record.checked_in_at,
        checked_out_at: out.checked_out_at,
      },
    ])
  })

  it('of a ticket that is out is 409 with the record, of one that never came 404', async () => {
    const ticket = { event_id: 2, ticket_id: 'T' }
    assertFailure(await scan(s.app, ticket, '/checkout'), {
      status: 404,
      code: 'checkin.not_found',
      error: 'this ticket is not checked in',
    })
    await scan(s.app, ticket)
    const { record } = (await scan(s.app, ticket, '/checkout')).json()
    const failure = assertFailure(await scan(s.app, ticket, '/checkout'), {
      status: 409,
      code: 'checkin.conflict',
      error: 'this ticket is already checked out',
    })
    assert.deepEqual(failure.data, record)
  })

  it('lets a ticket in again with 201, and then the new record is the one that counts', async () => {
    const ticket = { event_id: 3, ticket_id: 'T' }
    await scan(s.app, ticket)
    await scan(s.app, ticket, '/checkout')
    const answer = await scan(s.app, ticket, '', exit)
    assert.equal(answer.statusCode, 201)
    const { record } = answer.json()
    assert.equal(record.checked_in_by, 'exit@example.com')
    assert.equal('checked_out_at' in record, false)
    assert.deepEqual((await scan(s.app, ticket)).json().data, record)
    const { total_checkins, inside, records } = await attendance(s.app, 3)
    assert.deepEqual([total_checkins, inside, records.length], [1, 1, 1])
    assert.equal(records[0].checked_in_at, record.checked_in_at)
    assert.equal(records[0].checked_out_at, null)
    const directions = (await history(s.app, 3)).map(({ direction }) => direction)
    assert.deepEqual(directions, ['in', 'out', 'in'])
  })
})
