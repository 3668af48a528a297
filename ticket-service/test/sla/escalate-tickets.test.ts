import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { connect } from '@werk/shared/database/migration-connection'
import { enrol, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { aWholeRun, levelOf, levelsTold, toldOnce } from './escalated.ts'
import { createSetClock } from './set-clock.ts'

const start = '2026-11-30T08:00:00.123Z'
const clock = createSetClock(start)
const [boss, agent, otherAgent] = [member(1, 'admin', 2), member(2, 'agent', 2), member(3, 'agent', 2)]
const requester = member(10, 'user', 2)
const minutesAfterStart = (minutes: number) => new Date(Date.parse(start) + minutes * 60_000)

let service: TicketService
let sentinel: string
before(async () => {
  service = await startTicketService({ SLA_INTERVAL_MS: '20' }, {}, { clock })
  await enrol(service, [boss, agent, otherAgent, requester])
  const payload = { category: 'technical', sla_response_minutes: 30, sla_resolution_minutes: 100 }
  await service.app.inject({ method: 'POST', url: '/vendor/tickets/sla', headers: boss.headers, payload })
  const elsewhere = member(98, 'admin', 3).headers
  const patient = { ...payload, sla_resolution_minutes: 525_600 }
  await service.app.inject({
    method: 'POST',
    url: '/vendor/tickets/sla',
    headers: elsewhere,
    payload: patient,
  })
  sentinel = (await raise(service.app, member(99, 'user', 3))).id
})
beforeEach(() => clock.set(start))
after(() => service.close())

const assertLevel = (id: string, level: number) =>
  eventually(async () => assert.equal(await levelOf(service, id), level))

/** At the moment it comes to the level, and not a millisecond before. */
async function comesAt(id: string, level: number, moment: Date): Promise<void> {
  clock.set(new Date(moment.getTime() - 1))
  await aWholeRun(service, sentinel)
  assert.equal(await levelOf(service, id), level - 1, `level ${level} too early`)
  clock.set(moment)
  await assertLevel(id, level)
}

test('levels 1 to 5 come at 50, 80, 100, 200 and 300 %, to the millisecond, each told once', async () => {
  const ticket = await raise(service.app, requester)
  await comesAt(ticket.id, 1, minutesAfterStart(50))
  await comesAt(ticket.id, 2, minutesAfterStart(80))
  await comesAt(ticket.id, 3, minutesAfterStart(100))
  await comesAt(ticket.id, 4, minutesAfterStart(200))
  await comesAt(ticket.id, 5, minutesAfterStart(300))

  // Nobody is assigned, so all agents are told, and the admin; the requester is not.
  assert.deepEqual(await levelsTold(service, ticket.id), toldOnce(5, [boss.uid, agent.uid, otherAgent.uid]))
  const { data } = (await read(service.app, requester, `/tickets/${ticket.id}`)).json()
  assert.deepEqual([data.escalation_level, data.version], [5, ticket.version + 5])
})

test('level 12, at 1,000 %, is the last: a ticket that is forgotten comes to an end of being told', async () => {
  const ticket = await raise(service.app, requester)
  await comesAt(ticket.id, 12, minutesAfterStart(1000))
  clock.set(minutesAfterStart(100_000))
  await aWholeRun(service, sentinel)
  assert.equal(await levelOf(service, ticket.id), 12)
  const [row] = await sql(
    service.database,
    `SELECT next_escalation_at FROM tickets WHERE id = '${ticket.id}'`,
  )
  assert.equal(row?.next_escalation_at, null)
})

test('the desk sees in the activities what the level means, the requester does not see them', async () => {
  const ticket = await raise(service.app, requester)
  clock.pass(80)
  await assertLevel(ticket.id, 2)
  const messages = async (by: typeof boss) => {
    const { data } = (await read(service.app, by, `/tickets/${ticket.id}/activities`)).json()
    const escalations = data.filter(({ action }: { action: string }) => action === 'escalated')
    return escalations.map(({ message }: { message: string }) => message)
  }
  assert.deepEqual(await messages(boss), [
    'level 1: 50 % of the time to resolve it is used up',
    'level 2: 80 % of the time to resolve it is used up',
  ])
  assert.deepEqual(await messages(requester), [])
})

test('pauses move every threshold by as much, and while it is stopped nothing comes due', async () => {
  const ticket = await raise(service.app, requester)
  const change = async (by: typeof boss, payload: object) =>
    assert.equal((await patch(service.app, by, ticket.id, payload)).statusCode, 200)

  // 45 minutes are used up; then it waits for its requester.
  clock.set(minutesAfterStart(45))
  await change(agent, { agent_id: agent.uid, status: 'in_progress' })
  await change(agent, { waiting: true })
  clock.set(minutesAfterStart(10_000))
  await aWholeRun(service, sentinel)
  assert.equal(await levelOf(service, ticket.id), 0)

  // The answer lets the clock go on.
  assert.equal((await replyTo(service.app, requester, ticket.id, { message: 'here it is' })).statusCode, 201)
  await comesAt(ticket.id, 1, minutesAfterStart(10_005))

  // 70 are used up; then it is resolved, closed and reopened.
  clock.set(minutesAfterStart(10_025))
  await change(agent, { status: 'resolved' })
  clock.set(minutesAfterStart(20_000))
  await change(requester, { status: 'closed' })
  await aWholeRun(service, sentinel)
  assert.equal(await levelOf(service, ticket.id), 1)
  clock.set(minutesAfterStart(30_000))
  await change(requester, { status: 'open' })
  await comesAt(ticket.id, 2, minutesAfterStart(30_010))
  await comesAt(ticket.id, 3, minutesAfterStart(30_030))

  // 150 are used up: overdue by 50, and as much when it goes on.
  clock.set(minutesAfterStart(30_080))
  await change(agent, { waiting: true })
  clock.set(minutesAfterStart(40_000))
  await change(agent, { waiting: false })
  await comesAt(ticket.id, 4, minutesAfterStart(40_050))
  await comesAt(ticket.id, 5, minutesAfterStart(40_150))
  assert.deepEqual(await levelsTold(service, ticket.id), toldOnce(5, [boss.uid, agent.uid]))
})

test('with business hours the thresholds are in business time', async () => {
  const [admin, user] = [member(30, 'admin', 4), member(31, 'user', 4)]
  const nine = [['09:00', '17:00']]
  const hours = { monday: nine, tuesday: nine, wednesday: nine, thursday: nine, friday: nine }
  const payload = { time_zone: 'Europe/Berlin', hours, holidays: ['2026-12-25'] }
  await service.app.inject({ method: 'PUT', url: '/admin/business-hours', headers: admin.headers, payload })
  const sla = { category: 'billing', sla_response_minutes: 60, sla_resolution_minutes: 8 * 60 }
  await service.app.inject({
    method: 'POST',
    url: '/vendor/tickets/sla',
    headers: admin.headers,
    payload: sla,
  })

  // Thursday before Christmas, 15:00 in Berlin: two hours, and the rest from Monday on.
  clock.set('2026-12-24T14:00:00.000Z')
  const ticket = await raise(service.app, user, { category: 'billing' })
  await comesAt(ticket.id, 1, new Date('2026-12-28T10:00:00.000Z'))
  await comesAt(ticket.id, 2, new Date('2026-12-28T12:24:00.000Z'))
  await comesAt(ticket.id, 3, new Date('2026-12-28T14:00:00.000Z'))
  await comesAt(ticket.id, 4, new Date('2026-12-29T14:00:00.000Z'))
})

test('a threshold that cannot be written down is not taken, keeps no other ticket from it, and is taken later', async () => {
  const [failing, other] = [await raise(service.app, requester), await raise(service.app, requester)]
  // The last thing that is written.
  await sql(
    service.database,
    `CREATE TRIGGER refuse BEFORE INSERT ON notifications FOR EACH ROW
       IF NEW.ticket_id = '${failing.id}' AND NEW.kind = 'ticket.escalated' THEN
         SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF`,
  )
  clock.pass(100)
  await assertLevel(other.id, 3)
  await aWholeRun(service, sentinel)
  assert.equal(await levelOf(service, failing.id), 0)
  assert.deepEqual(await levelsTold(service, failing.id), toldOnce(0, []))
  assert.ok(
    service.logLines.some((line) => line.includes('could not be escalated') && line.includes(failing.id)),
  )

  await sql(service.database, 'DROP TRIGGER refuse')
  await assertLevel(failing.id, 3)
  assert.deepEqual(await levelsTold(service, failing.id), toldOnce(3, [boss.uid, agent.uid, otherAgent.uid]))
})

test('a ticket that somebody is changing is passed over, and taken when that is done', async () => {
  const [changed, other] = [await raise(service.app, requester), await raise(service.app, requester)]
  const connection = await connect(service.database.url)
  try {
    await connection.beginTransaction()
    await connection.query(`SELECT id FROM tickets WHERE id = '${changed.id}' FOR UPDATE`)
    clock.pass(50)
    await assertLevel(other.id, 1)
    await aWholeRun(service, sentinel)
    assert.equal(await levelOf(service, changed.id), 0)
    await connection.rollback()
    await assertLevel(changed.id, 1)
  } finally {
    await connection.end()
  }
})
