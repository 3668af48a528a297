import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { member, patch, raise, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { createSetClock } from '../sla/set-clock.ts'
import { define, fieldsOf } from './fields.ts'

const clock = createSetClock('2026-11-30T08:00:00.000Z')
let s: TicketService
before(async () => {
  s = await startTicketService({}, {}, { clock })
})
after(() => s.close())

const [user, agent] = [member(2, 'user', 5), member(3, 'agent', 5)]

test('a tenant without fields costs no further query: the tables are not even asked for', async () => {
  const { id } = await raise(s.app, user)
  await read(s.app, user, `/tickets/${id}`)
  await sql(s.database, 'RENAME TABLE custom_fields TO hidden, ticket_field_values TO hidden_too')
  try {
    assert.equal((await read(s.app, user, `/tickets/${id}`)).statusCode, 200)
    assert.equal((await patch(s.app, agent, id, { status: 'in_progress' })).statusCode, 200)
    await raise(s.app, user)
    clock.pass(6 / 60)
    assert.equal((await read(s.app, user, `/tickets/${id}`)).statusCode, 500, 'once in 5 seconds they are')
  } finally {
    await sql(s.database, 'RENAME TABLE hidden TO custom_fields, hidden_too TO ticket_field_values')
  }
})

test('whoever may see none of the fields costs no further query either', async () => {
  await define(s.app, member(1, 'admin', 5), { key: 'secret', visible_to: 'staff' })
  const { id } = await raise(s.app, user)
  await sql(s.database, 'RENAME TABLE ticket_field_values TO hidden')
  try {
    assert.equal(await fieldsOf(s.app, user, id), undefined)
    assert.equal((await read(s.app, agent, `/tickets/${id}`)).statusCode, 500)
  } finally {
    await sql(s.database, 'RENAME TABLE hidden TO ticket_field_values')
  }
})

test('what one replica defines counts on it at once, on others after 5 s', async () => {
  const admin = member(1, 'admin', 6)
  const replica = await s.startReplica()
  const { id } = await raise(replica, admin)
  await define(s.app, admin, { key: 'k' })
  assert.deepEqual(await fieldsOf(s.app, admin, id), {})
  assert.equal(await fieldsOf(replica, admin, id), undefined)
  clock.pass(5 / 60)
  assert.deepEqual(await fieldsOf(replica, admin, id), {})
})
