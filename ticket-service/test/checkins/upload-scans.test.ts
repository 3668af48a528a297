import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { attendance, history, scan, upload } from './gate.ts'

const minute = 60_000
const ago = (ms: number) => new Date(Date.now() - ms).toISOString()
/** The same moment, as a clock two hours east of UTC writes it. */
const inZone = (ms: number) => ago(ms - 120 * minute).replace('Z', '+02:00')

describe('POST /checkins/batch', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  it('records each scan at its own time, a ticket’s in the order of their times, and answers in the order sent', async () => {
    const ticket = { event_id: 'e1', ticket_id: 'T' }
    const times = [ago(90 * minute), ago(60 * minute), ago(30 * minute)]
    const answer = await upload(s.app, [
      { ...ticket, nonce: 'in again', scanned_at: times[2] },
      { ...ticket, nonce: 'in', scanned_at: times[0] },
      { ...ticket, nonce: 'out', scanned_at: times[1], direction: 'out' },
      { event_id: 'e1', ticket_id: 9, nonce: 'another', scanned_at: inZone(90 * minute) },
    ])
    assert.equal(answer.statusCode, 200, answer.body)
    const by = { checked_in_by: 'gate@example.com' }
    const fine = { code: null, error: null }
    const { recorded, refused, results } = answer.json()
    assert.deepEqual(results.slice(0, 3), [
      {
        ...ticket,
        nonce: 'in again',
        direction: 'in',
        status: 'checked_in',
        record: { ...ticket, ...by, checked_in_at: times[2] },
        ...fine,
      },
      {
        ...ticket,
        nonce: 'in',
        direction: 'in',
        status: 'checked_in',
        record: { ...ticket, ...by, checked_in_at: times[0] },
        ...fine,
      },
      {
        ...ticket,
        nonce: 'out',
        direction: 'out',
        status: 'checked_out',
        record: {
          ...ticket,
          ...by,
          checked_in_at: times[0],
          checked_out_by: 'gate@example.com',
          checked_out_at: times[1],
        },
        ...fine,
      },
    ])
    assert.equal(results[3].ticket_id, 9)
    const apart = Date.parse(results[3].record.checked_in_at) - Date.parse(times[0] ?? '')
    assert.ok(Math.abs(apart) < 1000)
    assert.deepEqual([recorded, refused], [4, 0])
    const { total_checkins, inside } = await attendance(s.app, 'e1')
    assert.deepEqual([total_checkins, inside], [2, 2])
    for (const one of await history(s.app, 'e1')) {
      assert.equal(one.offline, true)
      assert.ok(one.recorded_at > one.scanned_at)
    }
  })

  it('of 500, repeated, answers the same and changes nothing; 501 or none are 400', async (t) => {
    const scans = Array.from({ length: 500 }, (_, index) => ({
      event_id: 'e2',
      ticket_id: index % 400,
      nonce: `n${index}`,
      scanned_at: ago((600 - index) * 1000),
      direction: index < 400 || index % 2 ? 'in' : 'out',
    }))
    const startedAt = performance.now()
    const first = await upload(s.app, scans)
    t.diagnostic(`500 scans took ${Math.round(performance.now() - startedAt)} ms`)
    assert.equal(first.statusCode, 200)
    const { recorded, refused } = first.json()
    assert.deepEqual([recorded, refused], [450, 50])
    const before = [await attendance(s.app, 'e2'), await history(s.app, 'e2')]
    const again = await upload(s.app, scans)
    assert.deepEqual(again.json(), first.json())
    assert.deepEqual([await attendance(s.app, 'e2'), await history(s.app, 'e2')], before)
    assert.equal(before[0].total_checkins, 400)
    assert.equal(before[0].inside, 350)

    const tooMany = [...scans, { ...scans[0], nonce: 'one more' }]
    for (const wrong of [tooMany, []])
      assertFailure(await upload(s.app, wrong), { status: 400, code: 'request.invalid', fields: ['scans'] })
  })

  it('knows a scan by its nonce, also when it has become too old to be recorded', async () => {
    const one = { event_id: 'e7', ticket_id: 'T', nonce: 'n' }
    const [first] = (await upload(s.app, [{ ...one, scanned_at: ago(minute) }])).json().results
    assert.equal(first.status, 'checked_in')
    const [again] = (await upload(s.app, [{ ...one, scanned_at: ago(31 * 24 * 60 * minute) }])).json().results
    assert.deepEqual(again, first)
  })

  it('uploaded twice at once, over two replicas, is recorded once', async () => {
    const replica = await s.startReplica()
    const scans = Array.from({ length: 50 }, (_, index) => ({
      event_id: 'e3',
      ticket_id: index,
      nonce: `twin ${index}`,
      scanned_at: ago(minute),
    }))
    const [one, two] = await Promise.all([upload(s.app, scans), upload(replica, scans)])
    assert.equal(one.json().recorded, 50)
    assert.deepEqual(one.json(), two.json())
    assert.equal((await attendance(s.app, 'e3')).total_checkins, 50)
    assert.equal((await history(s.app, 'e3')).length, 50)
  })

  it('refuses by itself what is too old, in the future, or of a leap second, and takes the others', async () => {
    const at = (ticket_id: string, scanned_at: string) => ({
      event_id: 'e4',
      ticket_id,
      nonce: ticket_id,
      scanned_at,
    })
    const answer = await upload(s.app, [
      at('old', ago(30 * 24 * 60 * minute + 1000)),
      at('nearly old', ago(30 * 24 * 60 * minute - 10_000)),
      at('ahead', ago(-5 * minute - 10_000)),
      at('a little ahead', ago(-5 * minute + 1000)),
      at('leap', '2016-12-31T23:59:60Z'),
    ])
    const found = answer.json().results.map((one: Record<string, unknown>) => [one.code, one.error])
    assert.deepEqual(found, [
      ['checkin.invalid', 'scanned_at is more than 30 days ago'],
      [null, null],
      ['checkin.invalid', 'scanned_at is more than 5 minutes in the future'],
      [null, null],
      ['checkin.invalid', 'scanned_at is no time that there was'],
    ])
    assert.equal((await attendance(s.app, 'e4')).total_checkins, 2)
  })

  it('refuses by itself what conflicts, with the record that is in the way', async () => {
    const ticket = { event_id: 'e5', ticket_id: 'T' }
    const { record } = (await scan(s.app, ticket)).json()
    await scan(s.app, { event_id: 'e5', ticket_id: 'U' })
    await scan(s.app, { event_id: 'e5', ticket_id: 'U' }, '/checkout')
    const scanned_at = ago(minute)
    const answer = await upload(s.app, [
      { ...ticket, nonce: '1', scanned_at },
      { event_id: 'e5', ticket_id: 'U', nonce: '2', scanned_at },
      { event_id: 'e5', ticket_id: 'V', nonce: '3', scanned_at, direction: 'out' },
      { event_id: 'e5', ticket_id: 'W', nonce: '4', scanned_at },
      { event_id: 'e5', ticket_id: 'X', nonce: '4', scanned_at: ago(0) },
    ])
    const [taken, overtaken, absent, ...twins] = answer.json().results
    assert.deepEqual([taken.status, taken.code, taken.record], ['refused', 'checkin.conflict', record])
    assert.equal(overtaken.error, 'a later scan of this ticket is recorded already')
    assert.deepEqual([absent.code, absent.record], ['checkin.not_found', null])
    const codes = twins.map(({ code }: { code: string | null }) => code)
    assert.deepEqual(codes.toSorted(), ['checkin.mismatch', null])
    const { total_checkins } = await attendance(s.app, 'e5')
    assert.equal(total_checkins, 3)
  })

  it('says which field of which scan is wrong, and records none of them', async () => {
    const good = { event_id: 'e6', ticket_id: 'T', nonce: 'n', scanned_at: ago(0) }
    const { nonce: _, ...withoutNonce } = good
    const { scanned_at: __, ...withoutTime } = good
    for (const [wrong, field] of [
      [withoutNonce, 'nonce'],
      [withoutTime, 'scanned_at'],
      [{ ...good, scanned_at: 'yesterday' }, 'scanned_at'],
      [{ ...good, scanned_at: '2026-11-28T10:00:00' }, 'scanned_at'],
      [{ ...good, scanned_at: 1_764_000_000 }, 'scanned_at'],
      [{ ...good, direction: 'undo' }, 'direction'],
      [{ ...good, ticket_id: '' }, 'ticket_id'],
      [{ ...good, event_id: -1 }, 'event_id'],
      [{ ...good, nonce: 'x'.repeat(129) }, 'nonce'],
    ] as const)
      assertFailure(await upload(s.app, [good, wrong]), {
        status: 400,
        code: 'request.invalid',
        fields: [`scans.1.${field}`],
      })
    assert.equal((await attendance(s.app, 'e6')).total_checkins, 0)
  })

  it('takes 500 of the longest scans', async () => {
    const long = '🎫'.repeat(189)
    const scans = Array.from({ length: 500 }, (_, index) => ({
      event_id: `${long}e`,
      ticket_id: String.fromCodePoint(0x1f600 + (index % 2)) + '🎫'.repeat(189),
      nonce: '🎫'.repeat(125) + String(index).padStart(3, '0'),
      scanned_at: ago(minute),
    }))
    const answer = await upload(s.app, scans)
    assert.equal(answer.statusCode, 200)
    assert.equal(answer.json().recorded, 2)
  })
})
