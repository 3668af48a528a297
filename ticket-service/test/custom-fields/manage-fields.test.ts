import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { member, raise, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { change, define, fieldsOf, list, path, post, raiseWith, remove } from './fields.ts'

let s: TicketService
let app: TicketService['app']
before(async () => {
  s = await startTicketService()
  app = s.app
})
after(() => s.close())

let tenants = 10
/** The admin of a tenant that nobody else uses. */
const newAdmin = () => member(1, 'admin', tenants++)
const keysOf = async (by: ReturnType<typeof newAdmin>) => (await list(app, by)).map(({ key }) => key)
const unknown = '01890000-0000-7000-8000-000000000000'

test('a field is there as it was defined, and what is left out has its default', async () => {
  const admin = newAdmin()
  const full = {
    ...{ key: 'size_2', label: 'Größe 👕', type: 'multiselect', category: 'billing', required: true },
    ...{ options: ['S', 'extra large', '大'], position: 7, active: false, visible_to: 'staff' },
  }
  const { id, created_at, updated_at, ...rest } = await define(app, admin, full)
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  assert.equal(created_at, updated_at)
  assert.deepEqual(rest, full)
  const { id: _, created_at: at, updated_at: __, ...bare } = await define(app, admin, { key: 'bare' })
  assert.ok(Math.abs(Date.parse(String(at)) - Date.now()) < 60_000)
  assert.deepEqual(bare, {
    ...{ key: 'bare', label: 'a label', type: 'text', category: null, required: false, options: [] },
    ...{ position: 8, active: true, visible_to: 'everybody' },
  })
  assert.deepEqual(await keysOf(admin), ['size_2', 'bare'])
  await define(app, admin, { key: 'first', position: 0 })
  assert.deepEqual(await keysOf(admin), ['first', 'size_2', 'bare'])
})

test('a change changes what it names and nothing else', async () => {
  const admin = newAdmin()
  const before = await define(app, admin, { key: 'a', type: 'select', options: ['x'], category: 'account' })
  const answer = await change(app, admin, before.id, { label: 'another', required: true, category: null })
  assert.equal(answer.statusCode, 200, answer.body)
  const { updated_at: changedAt, ...after } = answer.json().data
  assert.ok(changedAt >= String(before.updated_at))
  const { updated_at: _, ...rest } = before
  assert.deepEqual(after, { ...rest, label: 'another', required: true, category: null })
  assert.deepEqual((await list(app, admin))[0], answer.json().data)
})

test('a key is unique in its tenant and free in others', async () => {
  const [admin, other] = [newAdmin(), newAdmin()]
  const { id } = await define(app, admin, { key: 'twin' })
  assertFailure(await post(app, admin, { key: 'twin', label: 'x', type: 'date' }), {
    ...{ status: 409, code: 'custom_field.taken', fields: ['key'] },
  })
  const second = await define(app, admin, { key: 'second' })
  assertFailure(await change(app, admin, second.id, { key: 'twin' }), { status: 409, fields: ['key'] })
  assert.equal((await change(app, admin, id, { key: 'twin', label: 'y' })).statusCode, 200)
  await define(app, other, { key: 'twin' })
  const made = await Promise.all(
    Array.from({ length: 6 }, () => post(app, admin, { key: 'race', label: 'x', type: 'text' })),
  )
  assert.deepEqual(made.map(({ statusCode }) => statusCode).sort(), [201, 409, 409, 409, 409, 409])
})

test('what is wrong is told by field, and nothing is defined', async () => {
  const admin = newAdmin()
  const good = { key: 'k', label: 'l', type: 'text' }
  const select = { ...good, type: 'select' }
  const cases: [object, string[]][] = [
    [{}, ['key', 'label', 'type']],
    ...['', 'A', 'ä', 'a b', 'a-b', 'x'.repeat(41), '__proto__'].map((key): [object, string[]] => [
      { ...good, key },
      ['key'],
    ]),
    [{ ...good, label: ' ' }, ['label']],
    [{ ...good, label: 'x'.repeat(101) }, ['label']],
    [{ ...good, type: 'file' }, ['type']],
    [{ ...good, category: 'sales' }, ['category']],
    [{ ...good, required: 'yes' }, ['required']],
    [{ ...good, position: -1 }, ['position']],
    [{ ...good, visible_to: 'nobody' }, ['visible_to']],
    [{ ...good, color: 'red' }, ['color']],
    [{ ...good, options: ['x'] }, ['options']],
    [select, ['options']],
    [{ ...select, options: [] }, ['options']],
    [{ ...select, options: ['x', 'x'] }, ['options']],
    [{ ...select, options: ['a;b'] }, ['options.0']],
    [{ ...select, options: [' a'] }, ['options.0']],
    [{ ...select, options: [''] }, ['options.0']],
    [{ ...select, options: ['a\nb'] }, ['options.0']],
    [{ ...select, options: ['x'.repeat(101)] }, ['options.0']],
    [{ ...select, options: Array.from({ length: 51 }, (_, n) => `o${n}`) }, ['options']],
  ]
  for (const [payload, fields] of cases)
    assertFailure(await post(app, admin, payload), { status: 400, fields })
  assert.deepEqual(await list(app, admin), [])
  const { id } = await define(app, admin, select.type === 'select' ? { ...select, options: ['x'] } : {})
  for (const [payload, fields] of [
    [{}, ['body']],
    [{ options: [] }, ['options']],
    [{ type: 'text', options: ['x'] }, ['options']],
    [{ key: 'B' }, ['key']],
    [{ id: unknown }, ['id']],
  ] as const)
    assertFailure(await change(app, admin, id, payload), { status: 400, fields: [...fields] })
})

test('a tenant has at most 100 fields', async () => {
  const admin = newAdmin()
  for (let n = 0; n < 100; n += 1) await define(app, admin, { key: `f${n}` })
  assertFailure(await post(app, admin, { key: 'more', label: 'x', type: 'text' }), {
    ...{ status: 409, code: 'custom_field.conflict' },
  })
  assert.equal((await list(app, admin)).length, 100)
})

test('a type may change until a ticket has a value of it; what is no select any more has no options', async () => {
  const admin = newAdmin()
  const { id } = await define(app, admin, { key: 'k', type: 'select', options: ['x'] })
  const changed = (await change(app, admin, id, { type: 'text' })).json().data
  assert.deepEqual([changed.type, changed.options], ['text', []])
  await raise(app, admin, { fields: { k: 'a value' } })
  assertFailure(await change(app, admin, id, { type: 'date' }), {
    ...{ status: 409, code: 'custom_field.conflict', fields: ['type'] },
  })
  assert.equal((await change(app, admin, id, { type: 'text', label: 'as before' })).statusCode, 200)
})

test('one that is switched off keeps its values, and shows them again when it is switched on', async () => {
  const admin = newAdmin()
  const { id } = await define(app, admin, { key: 'k', required: true })
  await define(app, admin, { key: 'other' })
  const ticket = await raise(app, admin, { fields: { k: 'kept' } })
  await change(app, admin, id, { active: false })
  assert.deepEqual(await fieldsOf(app, admin, ticket.id), {})
  assertFailure(await raiseWith(app, admin, { k: 'x' }), { status: 400, fields: ['fields.k'] })
  assert.equal((await raiseWith(app, admin, {})).statusCode, 201)
  await change(app, admin, id, { active: true })
  assert.deepEqual(await fieldsOf(app, admin, ticket.id), { k: 'kept' })
})

test('one that has values is deleted by force alone, and its values with it', async () => {
  const admin = newAdmin()
  const [free, used] = [await define(app, admin, { key: 'free' }), await define(app, admin, { key: 'used' })]
  const ticket = await raise(app, admin, { fields: { used: 'a value' } })
  const answer = await remove(app, admin, free.id)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().data, null)
  assertFailure(await remove(app, admin, used.id), { status: 409, code: 'custom_field.conflict' })
  assert.deepEqual(await fieldsOf(app, admin, ticket.id), { used: 'a value' })
  assert.equal((await remove(app, admin, used.id, '?force=true')).statusCode, 200)
  assert.deepEqual(await list(app, admin), [])
  assert.deepEqual(
    await sql(s.database, `SELECT * FROM ticket_field_values WHERE field_id = '${used.id}'`),
    [],
  )
  assert.equal(await fieldsOf(app, admin, ticket.id), undefined)
  assertFailure(await remove(app, admin, used.id, '?force=true'), { status: 404 })
})

test('each change is one entry of the audit, and one that changes nothing is none', async () => {
  const admin = newAdmin()
  const { id } = await define(app, admin, { key: 'k', type: 'select', options: ['x'], visible_to: 'staff' })
  await change(app, admin, id, { label: 'new', options: ['x', 'y'], required: false })
  await change(app, admin, id, { label: 'new' })
  await remove(app, admin, id)
  const rows = await sql(
    s.database,
    `SELECT action, actor, details FROM audit_entries WHERE subject = 'custom_field:${id}' ORDER BY seq`,
  )
  const definition = {
    ...{ key: 'k', label: 'a label', type: 'select', category: null, required: false, options: ['x'] },
    ...{ position: 0, active: true, visible_to: 'staff' },
  }
  assert.deepEqual(
    rows.map(({ action, actor, details }) => [action, actor, JSON.parse(String(details))]),
    [
      ['custom_field.created', admin.sub, definition],
      ['custom_field.changed', admin.sub, { label: ['a label', 'new'], options: [['x'], ['x', 'y']] }],
      ['custom_field.deleted', admin.sub, { ...definition, label: 'new', options: ['x', 'y'], force: false }],
    ],
  )
})

test('tenants are apart: what another one has answers as what there is not', async () => {
  const [admin, other] = [newAdmin(), newAdmin()]
  const { id } = await define(app, admin, { key: 'mine' })
  assert.deepEqual(await list(app, other), [])
  for (const wrong of [id, unknown, 'x', 'ä'])
    for (const answer of [
      await change(app, other, wrong, { label: 'x' }),
      await remove(app, other, wrong, '?force=true'),
    ])
      assertFailure(answer, { status: 404, code: 'custom_field.not_found', error: 'custom field not found' })
  const operator = member(9, 'vendor', 1)
  const named = { ...operator, headers: { ...operator.headers, 'x-tenant-id': String(admin.tenantId) } }
  assert.equal((await change(app, named, id, { label: 'by the operator' })).statusCode, 200)
  assert.equal((await list(app, admin))[0]?.label, 'by the operator')
})

test('an admin and a vendor manage them; others are refused on every route', async () => {
  const admin = newAdmin()
  const vendor = member(2, 'vendor', admin.tenantId)
  const { id } = await define(app, vendor, { key: 'k' })
  for (const role of ['user', 'committee', 'agent'] as const) {
    const other = member(3, role, admin.tenantId)
    for (const answer of [
      await read(app, other, path),
      await post(app, other, { key: 'l', label: 'x', type: 'text' }),
      await change(app, other, id, { label: 'x' }),
      await remove(app, other, id),
    ])
      assertFailure(answer, { status: 403, code: 'auth.forbidden' })
  }
  assertFailure(await app.inject({ url: path }), { status: 401 })
  assert.equal((await remove(app, vendor, id)).statusCode, 200)
})

test('whoever raises tickets reads which fields they can have: the active ones they may see, of a category', async () => {
  const admin = newAdmin()
  await define(app, admin, { key: 'all', type: 'select', options: ['x'], required: true })
  await define(app, admin, { key: 'bills', category: 'billing' })
  await define(app, admin, { key: 'secret', visible_to: 'staff' })
  await define(app, admin, { key: 'off', active: false })
  const offered = async (by: ReturnType<typeof member>, query = '') => {
    const answer = await read(app, by, `/custom-fields${query}`)
    assert.equal(answer.statusCode, 200, answer.body)
    return answer.json().data
  }
  const keys = (fields: { key: string }[]) => fields.map(({ key }) => key)
  const [user, agent] = [member(4, 'user', admin.tenantId), member(5, 'agent', admin.tenantId)]
  const [first] = await offered(user)
  assert.deepEqual(first, {
    ...{ key: 'all', label: 'a label', type: 'select', category: null, required: true, options: ['x'] },
  })
  assert.deepEqual(keys(await offered(user)), ['all', 'bills'])
  assert.deepEqual(keys(await offered(user, '?category=account')), ['all'])
  assert.deepEqual(keys(await offered(agent, '?category=billing')), ['all', 'bills', 'secret'])
  assert.deepEqual(await offered(member(6)), [])
  assertFailure(await read(app, user, '/custom-fields?category=x'), { status: 400, fields: ['category'] })
})
