import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { member, raise, read } from '../kit/desk.ts'
import { naughty } from '../kit/naughty.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { change, define, fieldsOf, raiseWith, remove } from './fields.ts'

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
const faultsOf = (answer: Awaited<ReturnType<typeof raiseWith>>) => {
  const { errors } = assertFailure(answer, { status: 400, code: 'ticket.invalid' })
  return Object.keys(errors ?? {}).sort()
}

const options = ['red', 'light green', 'blå']
const types: [string, { good: unknown[]; bad: unknown[] }][] = [
  [
    'text',
    { good: ['x', ' padded ', '🖨'.repeat(2000)], bad: ['', ' \n', 1, true, ['x'], {}, '🖨'.repeat(2001)] },
  ],
  ['number', { good: [0, -1.5, 1e21, 9007199254740991], bad: ['1', '', true, [1], {}] }],
  ['boolean', { good: [true, false], bad: ['true', 0, 1, [], {}] }],
  [
    'date',
    {
      good: ['2026-12-24', '2024-02-29', '0001-01-01'],
      bad: [
        '2025-02-29',
        '2026-13-01',
        '2026-1-1',
        '24.12.2026',
        '2026-12-24T00:00:00Z',
        '0000-01-01',
        20261224,
      ],
    },
  ],
  ['select', { good: ['red', 'blå'], bad: ['Red', 'light', '', 0, ['red'], 'bla\u030a'] }],
  [
    'multiselect',
    {
      good: [['red'], ['red', 'blå']],
      bad: [[], ['red', 'red'], ['black'], 'red', ['red', 1], { 0: 'red' }],
    },
  ],
]
for (const [type, { good, bad }] of types)
  test(`a field of type ${type}: ${good.length} values come back as they went in, ${bad.length} others are refused`, async () => {
    const { admin, user } = people()
    const isSelect = type === 'select' || type === 'multiselect'
    await define(app, admin, { key: 'k', type, ...(isSelect && { options }) })
    for (const value of good) {
      const answer = await raiseWith(app, user, { k: value })
      assert.equal(answer.statusCode, 201, answer.body)
      const { id, fields } = answer.json().data
      assert.deepEqual(fields, { k: value })
      assert.deepEqual(await fieldsOf(app, user, id), { k: value })
    }
    for (const value of bad)
      assert.deepEqual(faultsOf(await raiseWith(app, user, { k: value })), ['fields.k'])
  })

test('a number that JSON can say and no double can hold is refused', async () => {
  const { admin, user } = people()
  await define(app, admin, { key: 'k', type: 'number' })
  const answer = await app.inject({
    method: 'POST',
    url: '/tickets',
    headers: { ...user.headers, 'content-type': 'application/json' },
    payload: '{"title":"t","description":"d","category":"billing","priority":"low","fields":{"k":1e400}}',
  })
  assert.deepEqual(faultsOf(answer), ['fields.k'])
})

test('all that is wrong is told at once, and then nothing is raised', async () => {
  const { admin, user } = people()
  await define(app, admin, { key: 'needed', required: true })
  await define(app, admin, { key: 'amount', type: 'number' })
  await define(app, admin, { key: 'good' })
  const answer = await raiseWith(app, user, { amount: 'x', good: 'y', unknown: 1, toString: 2, 'a.b': 3 })
  const { errors } = assertFailure(answer, { status: 400 })
  assert.deepEqual(errors, {
    'fields.needed': ['is required'],
    'fields.amount': ['must be a number'],
    'fields.unknown': ['is no field of such a ticket'],
    'fields.toString': ['is no field of such a ticket'],
    'fields.a.b': ['is no field of such a ticket'],
  })
  for (const [fields, field] of [
    ['x', 'fields'],
    [[], 'fields'],
    [null, 'fields'],
    [Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`k${n}`, 1])), 'fields'],
  ] as const)
    assertFailure(await raiseWith(app, user, fields), { status: 400, fields: [field] })
  const rows = await sql(s.database, `SELECT id FROM tickets WHERE tenant_id = ${admin.tenantId}`)
  assert.deepEqual(rows, [])
})

test('a required field is asked of its category alone; null is as good as nothing', async () => {
  const { admin, user } = people()
  await define(app, admin, { key: 'invoice', category: 'billing', required: true })
  await define(app, admin, { key: 'note' })
  for (const fields of [undefined, {}, { invoice: null }])
    assert.deepEqual(faultsOf(await raiseWith(app, user, fields, { category: 'billing' })), [
      'fields.invoice',
    ])
  const bill = await raiseWith(app, user, { invoice: '4711', note: null }, { category: 'billing' })
  assert.deepEqual(bill.json().data.fields, { invoice: '4711' })
  for (const category of ['technical', 'account', 'service']) {
    const answer = await raiseWith(app, user, undefined, { category })
    assert.equal(answer.statusCode, 201, answer.body)
    assert.deepEqual(answer.json().data.fields, {})
    assert.deepEqual(faultsOf(await raiseWith(app, user, { invoice: '1' }, { category })), ['fields.invoice'])
  }
})

test('staff-only fields: a requester neither names nor sees them and is not held to them, staff is', async () => {
  const { admin, user, agent } = people()
  await define(app, admin, { key: 'risk', visible_to: 'staff', required: true })
  await define(app, admin, { key: 'open' })
  assert.deepEqual(faultsOf(await raiseWith(app, user, { risk: 'high' })), ['fields.risk'])
  const [named] = Object.values(
    assertFailure(await raiseWith(app, user, { nothing: 'high' }), { status: 400 }).errors ?? {},
  )
  assert.deepEqual(
    assertFailure(await raiseWith(app, user, { risk: 'high' }), { status: 400 }).errors?.['fields.risk'],
    named,
    'as what there is not',
  )
  const theirs = await raise(app, user, { fields: { open: 'x' } })
  assert.deepEqual(theirs.fields, { open: 'x' })
  assert.deepEqual(faultsOf(await raiseWith(app, agent, { open: 'x' })), ['fields.risk'])
  const own = await raise(app, agent, { fields: { risk: 'low', open: 'y' } })
  assert.deepEqual(await fieldsOf(app, admin, own.id), { risk: 'low', open: 'y' })
})

test('a tenant without fields raises and reads as ever, whatever others ask', async () => {
  const [{ admin }, { user }] = [people(), people()]
  await define(app, admin, { key: 'theirs', required: true })
  const ticket = await raise(app, user)
  assert.equal('fields' in ticket, false)
  assert.equal(await fieldsOf(app, user, ticket.id), undefined)
  assert.deepEqual(faultsOf(await raiseWith(app, user, { theirs: 'x' })), ['fields.theirs'])
  const { data } = (await read(app, user, '/tickets?limit=10')).json()
  assert.equal('fields' in data[0], false)
})

test('tickets of other dialects are not held to required fields', async () => {
  const { admin, user } = people()
  await define(app, admin, { key: 'needed', required: true })
  const answer = await app.inject({
    ...{ method: 'POST', url: '/api/tickets', headers: user.headers },
    payload: { title: 'from the Werk dialect', description: 'd' },
  })
  assert.equal(answer.statusCode, 201, answer.body)
  const { data } = (await read(app, user, '/tickets?limit=10')).json()
  assert.deepEqual(await fieldsOf(app, user, data[0].id), {})
})

test('a repeated request with its Idempotency-Key is answered alike, other fields are another request', async () => {
  const { admin, user } = people()
  await define(app, admin, { key: 'k' })
  const keyed = { ...user, headers: { ...user.headers, 'idempotency-key': 'fields-1' } }
  const [first, second] = [await raiseWith(app, keyed, { k: 'x' }), await raiseWith(app, keyed, { k: 'x' })]
  assert.equal(first.statusCode, 201)
  assert.equal(second.body, first.body)
  assertFailure(await raiseWith(app, keyed, { k: 'y' }), { status: 422 })
})

test('lists do not carry fields', async () => {
  const { admin, user } = people()
  await define(app, admin, { key: 'k' })
  await raise(app, user, { fields: { k: 'x' } })
  const { data } = (await read(app, admin, '/tickets?limit=10')).json()
  assert.equal(data.length, 1)
  assert.equal('fields' in data[0], false)
})

test('hostile text comes back as it went in', async () => {
  const { admin, user } = people()
  await define(app, admin, { key: 'k' })
  let refused = 0
  for (const text of naughty) {
    const answer = await raiseWith(app, user, { k: text })
    if (answer.statusCode === 201)
      assert.deepEqual(await fieldsOf(app, user, answer.json().data.id), { k: text })
    else {
      assertFailure(answer, { status: 400 })
      refused += 1
    }
  }
  assert.equal(refused, 0)
})

test('a field that another replica has just deleted, or made another, gets no value any more', async () => {
  const { admin, user } = people()
  const replica = await s.startReplica()
  const [gone, other] = [
    await define(app, admin, { key: 'gone' }),
    await define(app, admin, { key: 'other' }),
  ]
  assert.equal((await raiseWith(replica, user, { gone: 'x', other: 'y' })).statusCode, 201)
  await remove(app, admin, gone.id, '?force=true')
  await sql(s.database, `DELETE FROM ticket_field_values WHERE field_id = '${other.id}'`)
  await change(app, admin, other.id, { type: 'number' })
  for (const fields of [{ gone: 'x' }, { other: 'y' }])
    assertFailure(await raiseWith(replica, user, fields), { status: 409, code: 'ticket.conflict' })
  const [count] = await sql(
    s.database,
    `SELECT COUNT(*) AS n FROM tickets WHERE tenant_id = ${admin.tenantId}`,
  )
  assert.equal(count?.n, 1)
})
