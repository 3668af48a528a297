import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judgeScan } from '../../src/checkins/judge-scan.ts'
import type { Direction, Scan, WantedScan } from '../../src/checkins/scan.ts'

const now = new Date('2026-11-28T12:00:00.000Z')
const minute = 60_000
const day = 24 * 60 * minute
const ago = (ms: number) => new Date(now.getTime() - ms)
const made = (direction: Direction, at = ago(minute)): Scan => ({ direction, by: 'gate', at })
const wanted = (direction: Direction, scannedAt: Date | null = null): WantedScan => ({
  tenantId: 1,
  eventId: 'e',
  ticketId: 't',
  direction,
  by: 'gate',
  nonce: null,
  scannedAt,
})
const judge = (direction: Direction, scans: Scan[], scannedAt: Date | null = null) =>
  judgeScan(wanted(direction, scannedAt), scans, now)

describe('what a gate may do with a ticket', () => {
  /** By what the ticket's scans were: what each direction is refused with, or how it changes the totals. */
  const table: [Direction[], Record<Direction, string>][] = [
    [[], { in: '+1 +1', out: 'not_in', undo: 'not_in' }],
    [['in'], { in: 'already_in', out: '0 -1', undo: '-1 -1' }],
    [['in', 'out'], { in: '0 +1', out: 'already_out', undo: 'left_since' }],
    [['in', 'undo'], { in: '+1 +1', out: 'not_in', undo: 'not_in' }],
    [['in', 'out', 'in'], { in: 'already_in', out: '0 -1', undo: '0 -1' }],
    [['in', 'out', 'in', 'undo'], { in: '0 +1', out: 'already_out', undo: 'left_since' }],
    [['in', 'out', 'in', 'undo', 'in'], { in: 'already_in', out: '0 -1', undo: '0 -1' }],
    [['in', 'undo', 'in'], { in: 'already_in', out: '0 -1', undo: '-1 -1' }],
  ]
  const signed = (number: number) => (number > 0 ? `+${number}` : `${number}`)
  for (const [scans, expected] of table)
    it(`after ${scans.join(', ') || 'nothing'}`, () => {
      for (const [direction, outcome] of Object.entries(expected)) {
        const verdict = judge(
          direction as Direction,
          scans.map((one) => made(one)),
        )
        const found =
          verdict.refusal ?? `${signed(verdict.change.checkedIn)} ${signed(verdict.change.inside)}`
        assert.equal(found, outcome, direction)
      }
    })

  it('a check-in can be undone up to 15 minutes after it, to the millisecond', () => {
    for (const [ageMs, refusal] of [
      [0, null],
      [15 * minute, null],
      [15 * minute + 1, 'too_late'],
    ] as const)
      assert.equal(judge('undo', [made('in', ago(ageMs))]).refusal, refusal, `${ageMs} ms`)
  })

  it('the 15 minutes are those of the last way in, not of the first', () => {
    const scans = [made('in', ago(day)), made('out', ago(20 * minute)), made('in', ago(minute))]
    assert.equal(judge('undo', scans).refusal, null)
    const late = [made('in', ago(day)), made('out', ago(20 * minute)), made('in', ago(16 * minute))]
    assert.equal(judge('undo', late).refusal, 'too_late')
  })

  it('a time of its own may be 5 minutes ahead and 30 days old, to the millisecond', () => {
    for (const [ageMs, refusal] of [
      [-5 * minute, null],
      [-5 * minute - 1, 'ahead'],
      [30 * day, null],
      [30 * day + 1, 'too_old'],
      [Number.NaN, 'no_time'],
    ] as const) {
      const verdict = judge('in', [], ago(ageMs))
      assert.equal(verdict.refusal, refusal, `${ageMs} ms`)
      if (verdict.refusal === null) assert.deepEqual(verdict.at, ago(ageMs))
    }
  })

  it('a scan made offline before the last that is recorded is refused, one of the same moment is not', () => {
    const scans = [made('in', ago(3 * minute)), made('out', ago(2 * minute))]
    for (const [ageMs, refusal] of [
      [2 * minute + 1, 'overtaken'],
      [2 * minute, null],
      [minute, null],
    ] as const)
      assert.equal(judge('in', scans, ago(ageMs)).refusal, refusal)
    const undone = [made('in', ago(3 * minute)), made('undo', ago(2 * minute))]
    assert.equal(judge('in', undone, ago(4 * minute)).refusal, 'overtaken')
  })

  it('a scan made now is never recorded before the one that it follows, whatever the clocks say', () => {
    const ahead = ago(-minute)
    const verdict = judge('out', [made('in', ahead)])
    assert.deepEqual(verdict.refusal === null && verdict.at, ahead)
    const usual = judge('out', [made('in')])
    assert.deepEqual(usual.refusal === null && usual.at, now)
  })
})
