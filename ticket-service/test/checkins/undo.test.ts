import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { attendance, history, scan } from './gate.ts'

describe('POST /checkins/undo', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  /** As if all of an event's scans had been so many seconds ago. */
  const age = (eventId: string, seconds: number) =>
    sql(
      s.database,
      `UPDATE check_in_scans SET scanned_at = UTC_TIMESTAMP(3) - INTERVAL ${seconds} SECOND WHERE event_id = '${eventId}'`,
    )

  it('takes a check-in back: it counts no more, and the ticket may come anew', async () => {
    const ticket = { event_id: 'e1', ticket_id: 'T' }
    const { record } = (await scan(s.app, ticket)).json()
    const colleague = bearer({ sub: 'other@example.com', role: 'committee' })
    const answer = await scan(s.app, ticket, '/undo', colleague)
    assert.equal(answer.statusCode, 200)
    assert.deepEqual(answer.json(), { status: 'undone', record })
    assert.deepEqual(await attendance(s.app, 'e1'), {
      event_id: 'e1',
      total_checkins: 0,
      inside: 0,
      records: [],
    })
    assert.equal((await scan(s.app, ticket)).statusCode, 201)
    assert.equal((await attendance(s.app, 'e1')).total_checkins, 1)
    const scans = (await history(s.app, 'e1')).map(({ direction, scanned_by }) => [direction, scanned_by])
    assert.deepEqual(scans, [
      ['in', 'gate@example.com'],
      ['undo', 'other@example.com'],
      ['in', 'gate@example.com'],
    ])
  })

  it('passes 10 s before the 15 minutes are over, and is 409 with a clear sentence 1 s after', async () => {
    const ticket = { event_id: 'e2', ticket_id: 'T' }
    const { record } = (await scan(s.app, ticket)).json()
    await age('e2', 15 * 60 + 1)
    const failure = assertFailure(await scan(s.app, ticket, '/undo'), {
      status: 409,
      code: 'checkin.conflict',
      error: 'the check-in was more than 15 minutes ago and can no longer be undone',
    })
    assert.equal((failure.data as typeof record).ticket_id, 'T')
    assert.equal((await attendance(s.app, 'e2')).total_checkins, 1)
    await age('e2', 15 * 60 - 10)
    assert.equal((await scan(s.app, ticket, '/undo')).statusCode, 200)
    assert.equal((await attendance(s.app, 'e2')).total_checkins, 0)
  })

  it('of a way in again leaves the ticket out, as it was before, and counted', async () => {
    const ticket = { event_id: 'e3', ticket_id: 'T' }
    await scan(s.app, ticket)
    const out = (await scan(s.app, ticket, '/checkout')).json().record
    const again = (await scan(s.app, ticket)).json().record
    const undone = await scan(s.app, ticket, '/undo')
    assert.deepEqual([undone.statusCode, undone.json().record], [200, again])
    const { total_checkins, inside, records } = await attendance(s.app, 'e3')
    assert.deepEqual([total_checkins, inside], [1, 0])
    assert.deepEqual(records, [
      {
        ticket_id: 'T',
        checked_in_by: out.checked_in_by,
        checked_in_at: out.checked_in_at,
        checked_out_at: out.checked_out_at,
      },
    ])
    assert.deepEqual((await scan(s.app, ticket, '/checkout')).json().data, out)
  })

  it('of a ticket that is out is 409, of one that never came or was undone 404', async () => {
    const ticket = { event_id: 'e4', ticket_id: 'T' }
    const never = { status: 404, code: 'checkin.not_found', error: 'this ticket is not checked in' }
    assertFailure(await scan(s.app, ticket, '/undo'), never)
    await scan(s.app, ticket)
    await scan(s.app, ticket, '/undo')
    assertFailure(await scan(s.app, ticket, '/undo'), never)
    await scan(s.app, ticket)
    await scan(s.app, ticket, '/checkout')
    assertFailure(await scan(s.app, ticket, '/undo'), { status: 409, code: 'checkin.conflict' })
    assert.equal((await attendance(s.app, 'e4')).total_checkins, 1)
  })
})
