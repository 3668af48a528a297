import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addBusinessTime, alwaysOpen, type BusinessCalendar } from '../../src/sla/business-time.ts'
import {
  escalateSla,
  respondSla,
  resumeSla,
  type SlaState,
  startSla,
  stopSla,
} from '../../src/sla/sla-clock.ts'
import { office } from './calendars.ts'

const minute = 60_000
const at = (time: string) => new Date(time)
const policy = { responseMinutes: 30, resolutionMinutes: 100 }
const monday = '2026-11-30T08:00:00.000Z'
const iso = (time: Date | null) => time?.toISOString() ?? null

/** The levels that come until `levels` have, and when, in minutes of the calendar after a moment. */
function levelsAfter(state: SlaState, calendar: BusinessCalendar, levels: number): [number, string | null][] {
  const seen: [number, string | null][] = []
  let now = state
  while (now.escalationLevel < levels) {
    const time = iso(now.nextEscalationAt)
    now = escalateSla(now, calendar)
    seen.push([now.escalationLevel, time])
  }
  return seen
}

test('without a policy there is no clock, whatever happens', () => {
  const none = {
    responseMinutes: null,
    resolutionMinutes: null,
    responseDueAt: null,
    resolutionDueAt: null,
    firstResponseAt: null,
    stoppedAt: null,
    nextEscalationAt: null,
    escalationLevel: 0,
  }
  const state = startSla({ policy: null, calendar: office }, at(monday))
  assert.deepEqual(state, none)
  assert.deepEqual(stopSla(state, at(monday)), none)
  assert.deepEqual(resumeSla(state, office, at(monday)), none)
  assert.deepEqual(escalateSla(state, office), none)
  assert.deepEqual(respondSla(state, at(monday)), { ...none, firstResponseAt: at(monday) })
})

test('the levels come at 50, 80, 100, 200 and 300 %, to the millisecond', () => {
  const state = startSla({ policy, calendar: alwaysOpen }, at('2026-11-30T08:00:00.123Z'))
  assert.equal(iso(state.responseDueAt), '2026-11-30T08:30:00.123Z')
  assert.equal(iso(state.resolutionDueAt), '2026-11-30T09:40:00.123Z')
  assert.deepEqual(levelsAfter(state, alwaysOpen, 5), [
    [1, '2026-11-30T08:50:00.123Z'],
    [2, '2026-11-30T09:20:00.123Z'],
    [3, '2026-11-30T09:40:00.123Z'],
    [4, '2026-11-30T11:20:00.123Z'],
    [5, '2026-11-30T13:00:00.123Z'],
  ])
})

test('a minute has its thresholds as well', () => {
  const least = { responseMinutes: 1, resolutionMinutes: 1 }
  assert.deepEqual(
    levelsAfter(startSla({ policy: least, calendar: alwaysOpen }, at(monday)), alwaysOpen, 3),
    [
      [1, '2026-11-30T08:00:30.000Z'],
      [2, '2026-11-30T08:00:48.000Z'],
      [3, '2026-11-30T08:01:00.000Z'],
    ],
  )
})

test('thresholds are in business time: one that falls on the end of a day comes with it, not the next morning', () => {
  const sixteenHours = { responseMinutes: 60, resolutionMinutes: 16 * 60 }
  const state = startSla({ policy: sixteenHours, calendar: office }, at(monday))
  assert.deepEqual(levelsAfter(state, office, 4), [
    [1, '2026-11-30T16:00:00.000Z'],
    [2, '2026-12-01T12:48:00.000Z'],
    [3, '2026-12-01T16:00:00.000Z'],
    [4, '2026-12-03T16:00:00.000Z'],
  ])
})

test('while it is stopped nothing comes due, and stopping again changes nothing', () => {
  const stopped = stopSla(
    startSla({ policy, calendar: alwaysOpen }, at(monday)),
    at('2026-11-30T08:10:00.000Z'),
  )
  assert.equal(stopped.nextEscalationAt, null)
  assert.equal(iso(stopped.stoppedAt), '2026-11-30T08:10:00.000Z')
  assert.equal(stopSla(stopped, at('2026-11-30T08:20:00.000Z')), stopped)
  assert.equal(escalateSla(stopped, alwaysOpen), stopped)
})

test('it goes on with exactly the business time that was left', () => {
  const started = startSla({ policy, calendar: office }, at('2026-11-30T15:00:00.123Z'))
  // 20 minutes before the end of Monday: 40 of 100 are used up.
  const stopped = stopSla(started, at('2026-11-30T15:40:00.123Z'))
  // Friday, 10 minutes before the end of the day.
  const resumed = resumeSla(stopped, office, at('2026-12-04T15:50:00.000Z'))
  assert.equal(resumed.stoppedAt, null)
  assert.equal(iso(resumed.resolutionDueAt), '2026-12-07T08:50:00.000Z')
  assert.equal(iso(resumed.nextEscalationAt), '2026-12-04T16:00:00.000Z')
  assert.equal(resumeSla(resumed, office, at('2026-12-05T00:00:00.000Z')), resumed)
})

test('a first answer that is still due moves with the clock, one that was given does not', () => {
  const started = startSla({ policy, calendar: alwaysOpen }, at(monday))
  const waits = resumeSla(
    stopSla(started, at('2026-11-30T08:10:00.000Z')),
    alwaysOpen,
    at('2026-11-30T09:00:00.000Z'),
  )
  assert.equal(iso(waits.responseDueAt), '2026-11-30T09:20:00.000Z')
  const late = respondSla(started, at('2026-11-30T08:40:00.000Z'))
  const answered = resumeSla(
    stopSla(late, at('2026-11-30T08:50:00.000Z')),
    alwaysOpen,
    at('2026-11-30T10:00:00.000Z'),
  )
  assert.equal(iso(answered.responseDueAt), '2026-11-30T08:30:00.000Z')
  assert.equal(iso(answered.resolutionDueAt), '2026-11-30T10:50:00.000Z')
  assert.equal(respondSla(late, at('2026-11-30T09:00:00.000Z')), late)
})

test('one that was overdue when it stopped is as much overdue when it goes on', () => {
  const started = startSla({ policy, calendar: alwaysOpen }, at(monday))
  const level3 = escalateSla(escalateSla(escalateSla(started, alwaysOpen), alwaysOpen), alwaysOpen)
  const stopped = stopSla(level3, at('2026-11-30T10:00:00.000Z'))
  const resumed = resumeSla(stopped, alwaysOpen, at('2026-12-30T10:00:00.000Z'))
  assert.equal(iso(resumed.resolutionDueAt), '2026-12-30T09:40:00.000Z')
  // 120 of 100 minutes are used up, so 200 % are 80 minutes away.
  assert.equal(iso(resumed.nextEscalationAt), '2026-12-30T11:20:00.000Z')
})

test('thresholds that passed unseen before a stop come at once when it goes on', () => {
  const stopped = stopSla(
    startSla({ policy, calendar: alwaysOpen }, at(monday)),
    at('2026-11-30T09:25:00.000Z'),
  )
  const resumedAt = at('2026-12-01T08:00:00.000Z')
  const resumed = resumeSla(stopped, alwaysOpen, resumedAt)
  const levels = levelsAfter(resumed, alwaysOpen, 3).map(([level, time]) => [
    level,
    at(time ?? '') <= resumedAt,
  ])
  assert.deepEqual(levels, [
    [1, true],
    [2, true],
    [3, false],
  ])
})

test('however often it is stopped, all levels come after the same business time on the clock', (t) => {
  const long = { responseMinutes: 60, resolutionMinutes: 950 }
  let stops = 0
  for (const calendar of [alwaysOpen, office]) {
    const start = at('2026-03-20T08:00:00.123Z')
    let state = startSla({ policy: long, calendar }, start)
    let now = start
    // The business time that the clock has run so far is `ran`; it is stopped after each step and goes on later.
    for (let step = 1, ran = 0; state.escalationLevel < 5; step++) {
      const run = ((step * 7919) % 1300) * 1009
      const stopAt = addBusinessTime(calendar, now, run)
      const expected = [0.5, 0.8, 1, 2, 3].map((share) => Math.round(share * 950 * minute))
      while (state.nextEscalationAt !== null && state.nextEscalationAt <= stopAt) {
        const due = expected[state.escalationLevel] ?? 0
        assert.ok(ran <= due && due <= ran + run, `level ${state.escalationLevel + 1} in step ${step}`)
        assert.equal(iso(state.nextEscalationAt), iso(addBusinessTime(calendar, now, due - ran)))
        state = escalateSla(state, calendar)
      }
      ran += run
      now = new Date(stopAt.getTime() + step * 7_654_321)
      state = resumeSla(stopSla(state, stopAt), calendar, now)
      stops++
    }
  }
  t.diagnostic(`2 calendars, 5 levels each, ${stops} stops`)
})
