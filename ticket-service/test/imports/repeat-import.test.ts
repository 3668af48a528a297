import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, member, patch, raise, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { counts, csvOf, imported, rowsOf, sendCsv } from './csv.ts'

let s: TicketService
let app: TicketService['app']
before(async () => {
  s = await startTicketService()
  app = s.app
})
after(() => s.close())

let tenants = 10
const newAdmin = () => member(1, 'admin', tenants++)
const countOf = async (table: string, tenantId: number): Promise<number> => {
  const [row] = await sql(s.database, `SELECT COUNT(*) AS n FROM ${table} WHERE tenant_id = ${tenantId}`)
  return Number(row?.n)
}

test('the same file again changes nothing, whatever became of its tickets or of its other cells', async () => {
  const admin = newAdmin()
  const rows = rowsOf(3, 'again')
  await imported(sendCsv(app, admin, csvOf(rows)))
  const [{ id }] = (await read(app, admin, '/tickets?limit=1')).json().data
  await patch(app, admin, id, { status: 'in_progress' })
  const state = () => sql(s.database, `SELECT * FROM tickets WHERE tenant_id = ${admin.tenantId} ORDER BY id`)
  const before = await state()
  assert.deepEqual(await imported(sendCsv(app, admin, csvOf(rows))), counts(0, 3))
  const others = rows.map((row) => ({ ...row, title: 'another', created_at: '2011-01-01T00:00:00Z' }))
  assert.deepEqual(await imported(sendCsv(app, admin, csvOf(others))), counts(0, 3))
  assert.deepEqual(await state(), before)
  const audit = await sql(
    s.database,
    `SELECT seq FROM audit_entries WHERE tenant_id = ${admin.tenantId} AND action = 'tickets.imported'`,
  )
  assert.equal(audit.length, 1)
})

test('what its rows say does not matter any more once they are here: not even an agent who has left', async () => {
  const admin = newAdmin()
  const agent = member(5000, 'agent', admin.tenantId)
  await enrol(s, [agent])
  const file = csvOf(rowsOf(2, 'left', { agent_email: agent.sub }))
  assert.deepEqual(await imported(sendCsv(app, admin, file)), counts(2))
  await enrol(s, [{ ...agent, active: false }])
  assert.deepEqual(await imported(sendCsv(app, admin, file)), counts(0, 2))
  const more = csvOf(rowsOf(3, 'left', { agent_email: agent.sub }))
  assertFailure(await sendCsv(app, admin, more), { status: 400, code: 'import.invalid' })
})

test('a file without rows imports nothing', async () => {
  const admin = newAdmin()
  assert.deepEqual(await imported(sendCsv(app, admin, csvOf([]))), counts(0))
  assert.equal(await countOf('audit_entries', admin.tenantId), 0)
})

test('a file with more rows adds those that are new', async () => {
  const admin = newAdmin()
  await imported(sendCsv(app, admin, csvOf(rowsOf(2, 'more'))))
  assert.deepEqual(await imported(sendCsv(app, admin, csvOf(rowsOf(5, 'more')), '?dry_run=true')), {
    ...counts(3, 2, true),
  })
  assert.deepEqual(await imported(sendCsv(app, admin, csvOf(rowsOf(5, 'more')))), counts(3, 2))
  assert.equal(await countOf('tickets', admin.tenantId), 5)
})

test('a row with the id of one of our tickets is that ticket', async () => {
  const admin = newAdmin()
  const { id } = await raise(app, admin)
  const rows = [{ external_id: id }, { external_id: id.toUpperCase().replace(/.$/, '0') }]
  assert.deepEqual(await imported(sendCsv(app, admin, csvOf([rows[0] ?? { external_id: id }]))), counts(0, 1))
  assert.deepEqual(await imported(sendCsv(app, admin, csvOf(rows))), counts(1, 1))
})

test('an import that breaks off has written whole batches and one entry of the audit; sent again, it is completed', async () => {
  const admin = newAdmin()
  const rows = rowsOf(1000, 'broken')
  const file = csvOf(rows.map((row, n) => (n === 650 ? { ...row, title: 'the last straw' } : row)))
  await sql(
    s.database,
    `CREATE TRIGGER breaks BEFORE INSERT ON tickets FOR EACH ROW
      IF NEW.title = 'the last straw' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no space left'; END IF`,
  )
  try {
    assertFailure(await sendCsv(app, admin, file), { status: 500 })
  } finally {
    await sql(s.database, 'DROP TRIGGER breaks')
  }
  const left = await countOf('tickets', admin.tenantId)
  assert.equal(left, 599, 'of three batches, the first with the first line')
  assert.equal(await countOf('imported_tickets', admin.tenantId), left)
  assert.deepEqual(await imported(sendCsv(app, admin, file)), counts(1000 - left, left))
  assert.equal(await countOf('tickets', admin.tenantId), 1000)
  const [activities] = await sql(
    s.database,
    `SELECT COUNT(*) AS n, COUNT(DISTINCT ticket_id) AS tickets FROM ticket_activities
      WHERE action = 'imported' AND ticket_id IN (SELECT id FROM tickets WHERE tenant_id = ${admin.tenantId})`,
  )
  assert.deepEqual({ ...activities }, { n: 1000, tickets: 1000 })
  const audit = await sql(
    s.database,
    `SELECT details FROM audit_entries WHERE tenant_id = ${admin.tenantId} ORDER BY seq`,
  )
  assert.deepEqual(
    audit.map(({ details }) => JSON.parse(String(details)).to_create),
    [1000, 401],
  )
})

test('of the same file at once, by two replicas, each row is one ticket', async () => {
  const admin = newAdmin()
  const apps = [app, await s.startReplica()]
  const file = csvOf(rowsOf(900, 'race'))
  const results = await Promise.all(
    apps.flatMap((one) => [1, 2].map(() => imported(sendCsv(one, admin, file)))),
  )
  assert.equal(
    results.reduce((sum, { created }) => sum + created, 0),
    900,
  )
  for (const { created, unchanged } of results) assert.equal(created + unchanged, 900)
  assert.equal(await countOf('tickets', admin.tenantId), 900)
  assert.equal(await countOf('imported_tickets', admin.tenantId), 900)
})
