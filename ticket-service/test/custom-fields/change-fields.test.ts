import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { type Member, member, patch, raise, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { change, define, fieldsOf } from './fields.ts'

let s: TicketService
let app: TicketService['app']
before(async () => {
  s = await startTicketService()
  app = s.app
})
after(() => s.close())

let tenants = 10
/** People of a tenant that nobody else uses. */
const people = () => {
  const tenant = tenants++
  return {
    admin: member(1, 'admin', tenant),
    user: member(2, 'user', tenant),
    agent: member(3, 'agent', tenant),
  }
}
type Activity = { action: string; message: string; internal: boolean; actor_id: number }
const changesSeenBy = async (by: Member, id: string): Promise<Activity[]> =>
  (await read(app, by, `/tickets/${id}/activities`))
    .json()
    .data.filter(({ action }: Activity) => action === 'field_changed')
const auditOf = async (id: string) => {
  const rows = await sql(
    s.database,
    `SELECT actor_id, action, details FROM audit_entries WHERE subject = 'ticket:${id}' ORDER BY seq`,
  )
  return rows.map((row) => [row.actor_id, row.action, JSON.parse(String(row.details))])
}

test('fields that are named change, null removes, the others stay; each change is one activity and one entry of the audit', async () => {
  const { admin, user, agent } = people()
  for (const key of ['a', 'b', 'c']) await define(app, admin, { key, label: `Field ${key}` })
  await define(app, admin, { key: 'n', label: 'Count', type: 'number' })
  const ticket = await raise(app, user, { fields: { a: 'one', b: 'two', c: 'three' } })
  const answer = await patch(app, agent, ticket.id, { fields: { a: 'changed', b: null, n: 0 } })
  assert.equal(answer.statusCode, 200, answer.body)
  const expected = { a: 'changed', c: 'three', n: 0 }
  assert.deepEqual(answer.json().data.fields, expected)
  assert.deepEqual(await fieldsOf(app, user, ticket.id), expected)
  assert.equal(answer.json().data.version, ticket.version + 1)
  assert.equal(answer.headers.etag, `"${ticket.version + 1}"`)
  const activities = await changesSeenBy(user, ticket.id)
  assert.deepEqual(
    activities.map(({ message, internal, actor_id }) => [message, internal, actor_id]),
    [
      ['Field a: one → changed', false, agent.uid],
      ['Field b: two → –', false, agent.uid],
      ['Count: – → 0', false, agent.uid],
    ],
  )
  assert.deepEqual(await auditOf(ticket.id), [
    [agent.uid, 'ticket.field_changed', { field: 'a', value: ['one', 'changed'] }],
    [agent.uid, 'ticket.field_changed', { field: 'b', value: ['two', null] }],
    [agent.uid, 'ticket.field_changed', { field: 'n', value: [null, 0] }],
  ])
})

test('what is as it was already is no change', async () => {
  const { admin, user, agent } = people()
  await define(app, admin, { key: 'm', type: 'multiselect', options: ['x', 'y'] })
  await define(app, admin, { key: 'absent' })
  const ticket = await raise(app, user, { fields: { m: ['x', 'y'] } })
  const answer = await patch(app, agent, ticket.id, { fields: { m: ['y', 'x'], absent: null } })
  assert.equal(answer.json().data.version, ticket.version)
  assert.deepEqual(await changesSeenBy(agent, ticket.id), [])
})

test('fields change with the rest of a PATCH or not at all', async () => {
  const { admin, user, agent } = people()
  await define(app, admin, { key: 'k', type: 'number' })
  const { id } = await raise(app, user, { fields: { k: 1 } })
  const state = async () => {
    const { data } = (await read(app, agent, `/tickets/${id}`)).json()
    return [data.status, data.fields, data.version]
  }
  const before = await state()
  assertFailure(await patch(app, agent, id, { status: 'in_progress', fields: { k: 'x' } }), {
    ...{ status: 400, code: 'ticket.invalid', fields: ['fields.k'] },
  })
  assertFailure(await patch(app, agent, id, { status: 'closed', fields: { k: 2 } }), { status: 409 })
  assertFailure(await patch(app, agent, id, { fields: { k: 2 } }, { 'if-match': '"99"' }), { status: 412 })
  assert.deepEqual(await state(), before)
  await sql(s.database, 'RENAME TABLE audit_entries TO hidden')
  try {
    assertFailure(await patch(app, agent, id, { fields: { k: 2 } }), { status: 500 })
  } finally {
    await sql(s.database, 'RENAME TABLE hidden TO audit_entries')
  }
  assert.deepEqual(await state(), before)
  const good = await patch(app, agent, id, { status: 'in_progress', fields: { k: 2 } }, { 'if-match': '"1"' })
  assert.equal(good.statusCode, 200, good.body)
  assert.deepEqual(await state(), ['in_progress', { k: 2 }, 2])
})

test('only those who answer the ticket change its fields; whoever may not know of it hears that there is none', async () => {
  const { admin, user, agent } = people()
  await define(app, admin, { key: 'k' })
  const { id } = await raise(app, user, { fields: { k: 'x' } })
  assertFailure(await patch(app, user, id, { fields: { k: 'y' } }), { status: 403, code: 'ticket.forbidden' })
  for (const stranger of [member(8, 'user', admin.tenantId), member(9, 'admin', 2)])
    assertFailure(await patch(app, stranger, id, { fields: { k: 'y' } }), { status: 404 })
  await patch(app, admin, id, { agent_id: null })
  for (const by of [agent, admin, member(7, 'vendor', admin.tenantId)])
    assert.equal((await patch(app, by, id, { fields: { k: `by ${by.role}` } })).statusCode, 200)
  assert.deepEqual(await fieldsOf(app, user, id), { k: 'by vendor' })
})

test('staff-only fields and their changes are hidden from the requester', async () => {
  const { admin, user, agent } = people()
  await define(app, admin, { key: 'risk', visible_to: 'staff' })
  await define(app, admin, { key: 'open' })
  const { id } = await raise(app, user, { fields: { open: 'x' } })
  await patch(app, agent, id, { fields: { risk: 'high', open: 'y' } })
  assert.deepEqual(await fieldsOf(app, user, id), { open: 'y' })
  assert.deepEqual(await fieldsOf(app, agent, id), { risk: 'high', open: 'y' })
  assert.deepEqual(
    (await changesSeenBy(user, id)).map(({ message }) => message),
    ['a label: x → y'],
  )
  assert.equal((await changesSeenBy(agent, id)).length, 2)
  const owner = member(5, 'agent', admin.tenantId)
  const own = await raise(app, owner, { fields: { risk: 'own', open: 'z' } })
  await sql(s.database, `UPDATE tickets SET agent_id = ${agent.uid} WHERE id = '${own.id}'`)
  assert.deepEqual(await fieldsOf(app, owner, own.id), { open: 'z' }, 'an agent whose ticket others answer')
})

test('only what is there can be set, only what is not required removed; what another category left can be removed', async () => {
  const { admin, user, agent } = people()
  await define(app, admin, { key: 'needed', required: true })
  await define(app, admin, { key: 'bills', category: 'billing' })
  await define(app, admin, { key: 'off', active: false })
  const { id } = await raise(app, user, { category: 'billing', fields: { needed: 'x', bills: '1' } })
  const wrong = { nothing: 1, off: 'x', needed: null, bills: 7 }
  const failure = assertFailure(await patch(app, agent, id, { fields: wrong }), { status: 400 })
  assert.deepEqual(failure.errors, {
    'fields.nothing': ['is no field of such a ticket'],
    'fields.off': ['is no field of such a ticket'],
    'fields.needed': ['is required'],
    'fields.bills': ['must be a string'],
  })
  await sql(s.database, `UPDATE tickets SET category = 'account' WHERE id = '${id}'`)
  assert.deepEqual(await fieldsOf(app, agent, id), { needed: 'x', bills: '1' })
  assertFailure(await patch(app, agent, id, { fields: { bills: '2' } }), {
    status: 400,
    fields: ['fields.bills'],
  })
  const answer = await patch(app, agent, id, { fields: { bills: null } })
  assert.deepEqual(answer.json().data.fields, { needed: 'x' })
})

test('of changes at once each is made, over replicas, and the last one stays', async () => {
  const { admin, user, agent } = people()
  await define(app, admin, { key: 'k' })
  const { id } = await raise(app, user)
  const apps = [app, await s.startReplica()]
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => patch(apps[n % 2] ?? app, agent, id, { fields: { k: `v${n}` } })),
  )
  for (const answer of answers) assert.equal(answer.statusCode, 200, answer.body)
  const audit = await auditOf(id)
  assert.equal(audit.length, 20)
  const values = audit.map(([, , { value }]) => value)
  values.forEach(([from], n) => {
    assert.equal(from, n === 0 ? null : values[n - 1][1], 'each knows what the one before it has made')
  })
  assert.deepEqual(await fieldsOf(app, agent, id), { k: values.at(-1)[1] })
})

test('a long value is told in short, and whole in the audit', async () => {
  const { admin, user, agent } = people()
  await define(app, admin, { key: 'k', label: 'L' })
  const { id } = await raise(app, user)
  const text = '\u0001🖨'.repeat(1000)
  assert.equal((await patch(app, agent, id, { fields: { k: text } })).statusCode, 200)
  const [activity] = await changesSeenBy(agent, id)
  assert.equal([...(activity?.message ?? '')].length, 'L: – → '.length + 100)
  assert.deepEqual((await auditOf(id))[0]?.[2], { field: 'k', value: [null, text] })
})

test('an option that is gone stays where it was chosen, and cannot be chosen again', async () => {
  const { admin, user, agent } = people()
  const { id: fieldId } = await define(app, admin, { key: 'k', type: 'select', options: ['old', 'new'] })
  const { id } = await raise(app, user, { fields: { k: 'old' } })
  await change(app, admin, fieldId, { options: ['new'] })
  assert.deepEqual(await fieldsOf(app, user, id), { k: 'old' })
  assertFailure(await patch(app, agent, id, { fields: { k: 'old' } }), { status: 400, fields: ['fields.k'] })
  assert.equal((await patch(app, agent, id, { fields: { k: 'new' } })).statusCode, 200)
})
