import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { type Member, member, raise } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { createSetClock } from './set-clock.ts'

const path = '/admin/business-hours'
// A Friday, 16:30 in Berlin.
const clock = createSetClock('2026-12-18T15:30:00.000Z')

let service: TicketService
before(async () => {
  service = await startTicketService({ SLA_INTERVAL_MS: '0' }, {}, { clock })
})
after(() => service.close())

const put = (by: Member, payload: object) =>
  service.app.inject({ method: 'PUT', url: path, headers: by.headers, payload })
const get = async (by: Member) => {
  const answer = await service.app.inject({ url: path, headers: by.headers })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().data
}
const nine = [['09:00', '17:00']]
const office = {
  time_zone: 'Europe/Berlin',
  hours: { monday: nine, tuesday: nine, wednesday: nine, thursday: nine, friday: nine },
  holidays: ['2026-12-25', '2027-01-01'],
}

test('a tenant that has set nothing is always open', async () => {
  const wholeDay = [['00:00', '24:00']]
  assert.deepEqual(await get(member(1, 'admin', 2)), {
    time_zone: 'UTC',
    hours: {
      ...{ monday: wholeDay, tuesday: wholeDay, wednesday: wholeDay, thursday: wholeDay, friday: wholeDay },
      ...{ saturday: wholeDay, sunday: wholeDay },
    },
    holidays: [],
  })
})

test('what is set is kept, in order, and answered; a weekday that is left out is closed', async () => {
  const boss = member(1, 'admin', 2)
  const answer = await put(boss, {
    time_zone: 'Australia/Lord_Howe',
    hours: {
      sunday: [
        ['20:00', '24:00'],
        ['08:30', '12:00'],
        ['12:00', '13:00'],
      ],
    },
    holidays: ['2027-01-01', '2026-12-25', '2027-01-01'],
  })
  assert.equal(answer.statusCode, 200, answer.body)
  const kept = {
    time_zone: 'Australia/Lord_Howe',
    hours: {
      ...{ monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [] },
      sunday: [
        ['08:30', '12:00'],
        ['12:00', '13:00'],
        ['20:00', '24:00'],
      ],
    },
    holidays: ['2026-12-25', '2027-01-01'],
  }
  assert.deepEqual(answer.json().data, kept)
  assert.deepEqual(await get(boss), kept)
})

test('admins and vendors of the tenant may, and operators for any tenant; others may not', async () => {
  assert.equal((await put(member(1, 'vendor', 3), office)).statusCode, 200)
  const claims = { sub: 'operator@example.com', uid: 5, role: 'admin', tenant_id: 1 }
  const operator = { ...member(5, 'admin', 1), headers: { ...bearer(claims), 'x-tenant-id': '3' } }
  assert.equal((await get(operator)).time_zone, 'Europe/Berlin')
  assert.equal((await put(operator, { ...office, time_zone: 'Asia/Kolkata' })).statusCode, 200)
  assert.equal((await get(member(1, 'vendor', 3))).time_zone, 'Asia/Kolkata')
  for (const role of ['user', 'committee', 'agent'] as const) {
    assertFailure(await put(member(9, role, 3), office), { status: 403, code: 'auth.forbidden' })
    const answer = await service.app.inject({ url: path, headers: member(9, role, 3).headers })
    assertFailure(answer, { status: 403, code: 'auth.forbidden' })
  }
})

test('what is wrong is told by field, in a sentence that says what is right, and nothing is set', async () => {
  const zone = 'must be a time zone of the IANA database, such as Europe/Berlin'
  const monday = (...intervals: unknown[]) => ({ ...office, hours: { monday: intervals } })
  const cases: [object, Record<string, string[]>][] = [
    [{ ...office, time_zone: 'Mars/Olympus' }, { time_zone: [zone] }],
    [{ ...office, time_zone: '+02:00' }, { time_zone: [zone] }],
    [monday(['17:00', '09:00']), { 'hours.monday.0': ['must end after it begins'] }],
    [monday(['09:00', '09:00']), { 'hours.monday.0': ['must end after it begins'] }],
    [
      monday(['09:00', '12:00'], ['9:00', '10:00']),
      { 'hours.monday.1': ['must begin with a time from 00:00 to 23:59'] },
    ],
    [monday(['24:00', '24:00']), { 'hours.monday.0': ['must begin with a time from 00:00 to 23:59'] }],
    [monday(['09:00', '24:01']), { 'hours.monday.0': ['must end with a time from 00:01 to 24:00'] }],
    [
      monday(['13:00', '17:00'], ['09:00', '13:01']),
      { 'hours.monday': ['must not have intervals that overlap'] },
    ],
    [monday(['09:00', '09:59']), { hours: ['must be open for an hour a week at least'] }],
    [{ ...office, hours: {} }, { hours: ['must be open for an hour a week at least'] }],
    [
      { ...office, holidays: ['2026-02-28', '2026-02-30'] },
      { 'holidays.1': ['must be a date, such as 2026-12-25'] },
    ],
    [{ ...office, holidays: ['25.12.2026'] }, { 'holidays.0': ['must be a date, such as 2026-12-25'] }],
    [{ ...office, hours: { mondays: nine } }, { 'hours.mondays': ['is not accepted here'] }],
    [
      { ...office, hours: { monday: [['09:00']] } },
      { 'hours.monday.0': ['must NOT have fewer than 2 items'] },
    ],
    [
      { ...monday(['17:00', '09:00']), time_zone: 'x', holidays: ['x'] },
      {
        time_zone: [zone],
        'hours.monday.0': ['must end after it begins'],
        'holidays.0': ['must be a date, such as 2026-12-25'],
      },
    ],
  ]
  const boss = member(1, 'admin', 4)
  const before = await get(boss)
  for (const [payload, errors] of cases)
    assert.deepEqual(assertFailure(await put(boss, payload), { status: 400 }).errors, errors)
  assert.deepEqual(await get(boss), before)
})

test('a promise and hours that make it take more than ten years are refused, whichever comes last', async () => {
  const boss = member(1, 'admin', 6)
  const promise = { category: 'billing', sla_response_minutes: 1, sla_resolution_minutes: 31_201 }
  const set = (payload: object) =>
    service.app.inject({ method: 'POST', url: '/vendor/tickets/sla', headers: boss.headers, payload })
  const anHour = { ...office, hours: { monday: [['09:00', '10:00']] } }
  assert.equal((await set(promise)).statusCode, 200)
  assertFailure(await put(boss, anHour), { status: 400, fields: ['hours'] })
  assert.equal((await set({ ...promise, sla_resolution_minutes: 31_200 })).statusCode, 200)
  assert.equal((await put(boss, anHour)).statusCode, 200)
  assertFailure(await set(promise), { status: 400, fields: ['sla_resolution_minutes'] })
})

test('a change is one entry of the audit, with all that was set', async () => {
  const boss = member(30, 'admin', 7)
  await put(boss, office)
  const [entry, ...more] = await sql(service.database, 'SELECT * FROM audit_entries WHERE tenant_id = 7')
  assert.deepEqual(more, [])
  assert.deepEqual([entry?.action, entry?.subject], ['sla.business_hours_set', 'business_hours:7'])
  assert.deepEqual([entry?.actor, entry?.actor_id], [boss.sub, 30])
  const closed = { saturday: [], sunday: [] }
  assert.deepEqual(JSON.parse(String(entry?.details)), { ...office, hours: { ...office.hours, ...closed } })
})

test('tickets raised from then on are due in business time, and those that run keep their time', async () => {
  const [boss, requester] = [member(40, 'admin', 8), member(41, 'user', 8)]
  const promise = { category: 'technical', sla_response_minutes: 45, sla_resolution_minutes: 480 }
  await service.app.inject({
    method: 'POST',
    url: '/vendor/tickets/sla',
    headers: boss.headers,
    payload: promise,
  })
  const first = await raise(service.app, requester)
  assert.equal(first.response_due_at, '2026-12-18T16:15:00.000Z')
  await put(boss, office)
  const second = await raise(service.app, requester)
  // 30 minutes of Friday, then Monday.
  assert.equal(second.response_due_at, '2026-12-21T08:15:00.000Z')
  assert.equal(second.resolution_due_at, '2026-12-21T15:30:00.000Z')
  const again = await service.app.inject({ url: `/tickets/${first.id}`, headers: requester.headers })
  assert.equal(again.json().data.response_due_at, '2026-12-18T16:15:00.000Z')
})
