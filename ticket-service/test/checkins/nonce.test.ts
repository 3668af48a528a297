import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { attendance, gate, history, scan } from './gate.ts'

describe('a nonce', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  const mismatch = { status: 422, code: 'checkin.mismatch', fields: ['nonce'] }

  it('makes a repeated check-in the same one: 201 with the same record, recorded once', async () => {
    const ticket = { event_id: 'e1', ticket_id: 'T', nonce: 'a' }
    const first = await scan(s.app, ticket)
    assert.equal(first.statusCode, 201)
    for (const again of [ticket, ticket]) {
      const answer = await scan(s.app, again)
      assert.deepEqual([answer.statusCode, answer.json()], [201, first.json()])
    }
    const [recorded, ...others] = await history(s.app, 'e1')
    assert.deepEqual([recorded?.nonce, others.length], ['a', 0])
    assert.equal((await attendance(s.app, 'e1')).total_checkins, 1)
  })

  it('is still known months later, and after the ticket left, came again and was undone', async () => {
    const ticket = { event_id: 'e2', ticket_id: 'T', nonce: 'b' }
    await scan(s.app, ticket)
    await sql(
      s.database,
      "UPDATE check_in_scans SET scanned_at = '2026-01-02 03:04:05.678', recorded_at = '2026-01-02 03:04:05.678' WHERE event_id = 'e2'",
    )
    const bare = { event_id: 'e2', ticket_id: 'T' }
    await scan(s.app, bare, '/checkout')
    await scan(s.app, bare)
    await scan(s.app, bare, '/undo')
    const answer = await scan(s.app, ticket)
    assert.equal(answer.statusCode, 201)
    assert.deepEqual(answer.json().record, {
      ...bare,
      checked_in_by: 'gate@example.com',
      checked_in_at: '2026-01-02T03:04:05.678Z',
    })
    assert.equal((await history(s.app, 'e2')).length, 4)
  })

  it('repeats a check-out and an undo as well', async () => {
    const ticket = { event_id: 'e3', ticket_id: 'T' }
    await scan(s.app, ticket)
    for (const action of ['/checkout', '/undo'] as const) {
      if (action === '/undo') await scan(s.app, ticket)
      const body = { ...ticket, nonce: `of ${action}` }
      const first = await scan(s.app, body, action)
      const again = await scan(s.app, body, action)
      assert.equal(first.statusCode, 200)
      assert.deepEqual([again.statusCode, again.json()], [200, first.json()])
    }
    assert.equal((await history(s.app, 'e3')).length, 4)
  })

  it('names its ids as the repetition wrote them', async () => {
    await scan(s.app, { event_id: 4, ticket_id: 4, nonce: 'four' })
    const { record } = (await scan(s.app, { event_id: '4', ticket_id: '4', nonce: 'four' })).json()
    assert.deepEqual([record.event_id, record.ticket_id], ['4', '4'])
  })

  it('of another ticket, event or direction is 422, whether the ticket is in or not', async () => {
    await scan(s.app, { event_id: 'e5', ticket_id: 'T', nonce: 'c' })
    await scan(s.app, { event_id: 'e5', ticket_id: 'in already' })
    for (const other of [
      { event_id: 'e5', ticket_id: 'U' },
      { event_id: 'e5', ticket_id: 'in already' },
      { event_id: 'e6', ticket_id: 'T' },
    ])
      assertFailure(await scan(s.app, { ...other, nonce: 'c' }), mismatch)
    const same = { event_id: 'e5', ticket_id: 'T', nonce: 'c' }
    for (const action of ['/checkout', '/undo'] as const)
      assertFailure(await scan(s.app, same, action), mismatch)
    assert.equal((await attendance(s.app, 'e5')).total_checkins, 2)
    assert.equal((await attendance(s.app, 'e6')).total_checkins, 0)
  })

  it('is of one person in one tenant: of another it is another scan', async () => {
    const ticket = { event_id: 'e7', ticket_id: 'T', nonce: 'd' }
    await scan(s.app, ticket)
    const colleague = bearer({ sub: 'other@example.com', role: 'committee' })
    assertFailure(await scan(s.app, ticket, '', colleague), { status: 409, code: 'checkin.conflict' })
    assert.equal((await scan(s.app, { ...ticket, ticket_id: 'U' }, '', colleague)).statusCode, 201)
    const elsewhere = bearer({ sub: 'gate@example.com', role: 'committee', tenant_id: 2 })
    assert.equal((await scan(s.app, { ...ticket, ticket_id: 'V' }, '', elsewhere)).statusCode, 201)
  })

  it('takes 1 to 128 characters; two that differ in case or blanks are two', async () => {
    const nonces = ['x', 'X', 'x ', '🎫'.repeat(128)]
    for (const [index, nonce] of nonces.entries())
      assert.equal((await scan(s.app, { event_id: 'e8', ticket_id: index, nonce })).statusCode, 201)
    const found = (await history(s.app, 'e8')).map((one) => one.nonce)
    assert.deepEqual(found, nonces)
  })

  it('without one a repeated check-in is a second one: 409', async () => {
    const ticket = { event_id: 'e9', ticket_id: 'T' }
    assert.equal((await scan(s.app, ticket)).statusCode, 201)
    assertFailure(await scan(s.app, ticket, '', gate), { status: 409, code: 'checkin.conflict' })
  })
})
