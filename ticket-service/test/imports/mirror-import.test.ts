import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { enrol, member, patch, read, replyTo } from '../kit/desk.ts'
import { eventually } from '../kit/eventually.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { counts, csvOf, imported, rowsOf, sendCsv } from './csv.ts'

const admin = member(1, 'admin', 2)
const agent = member(2, 'agent', 2)
let s: TicketService
before(async () => {
  s = await startTicketService({ INVGATE_CATEGORY_MAP: 'technical:5', INVGATE_PRIORITY_MAP: 'low:1' })
  await enrol(s, [admin, { ...agent, invgateId: 42 }])
})
after(() => s.close())

test('without mirror InvGate gets neither what is imported nor what becomes of it, and nothing waits for it', async () => {
  await imported(sendCsv(s.app, admin, csvOf(rowsOf(3, 'here'))))
  const [{ id }] = (await read(s.app, admin, '/tickets?limit=1')).json().data
  assert.equal(
    (await patch(s.app, admin, id, { status: 'in_progress', agent_id: agent.uid })).statusCode,
    200,
  )
  assert.equal((await replyTo(s.app, admin, id, { message: 'an answer' })).statusCode, 201)
  for (const table of ['ticket_intents', 'mirror_jobs'])
    assert.deepEqual(await sql(s.database, `SELECT id FROM ${table}`), [], table)
  assert.deepEqual(await s.sandbox.control.incidents(), [])
})

test('with mirror each ticket that is created becomes an incident once, in the state that it has', async () => {
  const states = { open: 1, in_progress: 3, resolved: 5, closed: 6 }
  const rows = Object.keys(states).map((status) => ({
    ...{ external_id: `m-${status}`, title: `m-${status}`, status },
    ...(status === 'in_progress' && { agent_email: agent.sub }),
  }))
  assert.deepEqual(await imported(sendCsv(s.app, admin, csvOf(rows), '?mirror=true')), counts(4))
  assert.deepEqual(await imported(sendCsv(s.app, admin, csvOf(rows), '?mirror=true')), counts(0, 4))
  await eventually(async () => {
    for (const table of ['ticket_intents', 'mirror_jobs'])
      assert.deepEqual(await sql(s.database, `SELECT * FROM ${table}`), [], table)
  }, 30_000)
  const incidents = await s.sandbox.control.incidents()
  assert.equal(incidents.length, 4)
  const statusOf = await sql(
    s.database,
    "SELECT title, status, inv_gate_id, inv_gate_status_id FROM tickets WHERE title LIKE 'm-%'",
  )
  for (const { title, status, inv_gate_id } of statusOf) {
    const incident = incidents.find(({ id }) => id === inv_gate_id)
    assert.deepEqual([incident?.title, incident?.category_id, incident?.priority_id], [title, 5, 1])
    assert.equal(`m-${status}`, title, 'stays what the file says')
  }
  const inProgress = incidents.find(({ title }) => title === 'm-in_progress')
  assert.equal(inProgress?.assigned_id, 42)
})
