import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { member } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { callInvGate, raiseInInvGate, runRound } from '../sync/rounds.ts'
import { createSetClock } from './set-clock.ts'

const day = 24 * 60 * 60 * 1000
const clock = createSetClock(new Date().toISOString())
const boss = member(1, 'admin', 1)

let service: TicketService
before(async () => {
  service = await startTicketService({ SLA_INTERVAL_MS: '0' }, {}, { clock })
  for (const category of ['billing', 'technical', 'account', 'service']) {
    const payload = { category, sla_response_minutes: 30, sla_resolution_minutes: 100 }
    await service.app.inject({ method: 'POST', url: '/vendor/tickets/sla', headers: boss.headers, payload })
  }
})
after(() => service.close())

const ticketOf = async (invGateId: number) => {
  const [row] = await sql(service.database, `SELECT * FROM tickets WHERE inv_gate_id = ${invGateId}`)
  return row
}

test('the clock of a ticket that was raised in InvGate starts when it comes here, however old it is', async () => {
  const id = await raiseInInvGate(service)
  clock.set(new Date(Date.now() + 30 * day))
  assert.equal(await runRound(service), 'complete')
  const ticket = await ticketOf(id)
  assert.deepEqual(ticket?.resolution_due_at, new Date(clock.now().getTime() + 100 * 60_000))
  assert.deepEqual(ticket?.next_escalation_at, new Date(clock.now().getTime() + 50 * 60_000))
})

test('one that is over when it comes here has a clock that is stopped, and goes on with all of it when it is reopened', async () => {
  const id = await raiseInInvGate(service)
  await callInvGate(service, 'POST', 'incident.cancel', { request_id: id, author_id: 5 })
  assert.equal(await runRound(service), 'complete')
  const ticket = await ticketOf(id)
  assert.equal(ticket?.status, 'closed')
  assert.equal(ticket?.next_escalation_at, null)
  assert.deepEqual(ticket?.sla_stopped_at, clock.now())

  clock.pass(1000)
  await callInvGate(service, 'PUT', 'incident.reopen', { request_id: id })
  assert.equal(await runRound(service), 'complete')
  const reopened = await ticketOf(id)
  assert.equal(reopened?.status, 'open')
  assert.equal(reopened?.sla_stopped_at, null)
  assert.deepEqual(reopened?.resolution_due_at, new Date(clock.now().getTime() + 100 * 60_000))
})
