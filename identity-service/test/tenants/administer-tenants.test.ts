import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { ask, dataOf, startAdministeredService } from '../kit/administration.ts'
import { query } from '../kit/calls.ts'

const { service, app, operator, makeTenant, makeUser } = await startAdministeredService()
after(() => service.close())

type Tenant = { id: number; name: string; active: boolean; domains: string[]; created_at: string }
const make = (body: object, headers = {}) =>
  ask(app, operator.token, 'POST', '/admin/tenants', { body, headers })
const change = (id: number, body: object) =>
  ask(app, operator.token, 'PATCH', `/admin/tenants/${id}`, { body })

test('an operator makes a tenant, which is listed, found and told of in the feed', async () => {
  const domains = ['desk.acme.example', 'xn--bcher-kva.example']
  const made = dataOf<Tenant>(await make({ name: 'Acme', domains }), 201)
  assert.deepEqual([made.name, made.active, made.domains], ['Acme', true, domains])
  assert.ok(Date.now() - Date.parse(made.created_at) < 60_000)
  assert.deepEqual(dataOf(await ask(app, operator.token, 'GET', `/admin/tenants/${made.id}`)), made)
  const listed = dataOf<Tenant[]>(await ask(app, operator.token, 'GET', '/admin/tenants?limit=100'))
  assert.deepEqual(
    listed.find(({ id }) => id === made.id),
    made,
  )
  const [entry] = await query<{ payload: string }[]>(
    service,
    "SELECT payload FROM feed_entries WHERE entity = 'tenant' AND entity_id = ?",
    [String(made.id)],
  )
  const { id, name, active } = made
  assert.deepEqual(JSON.parse(entry?.payload ?? ''), { id, name, active, domains })
})

test('the list goes on where the cursor says', async () => {
  for (let n = 0; n < 3; n += 1) await makeTenant()
  const seen: number[] = []
  for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
    const from: string = cursor === '0' ? '' : `&cursor=${cursor}`
    const answer = await ask(app, operator.token, 'GET', `/admin/tenants?limit=2${from}`)
    seen.push(...dataOf<Tenant[]>(answer).map(({ id }) => id))
    const { pagination } = answer.json().meta
    assert.equal(pagination.has_next, pagination.next_cursor !== undefined)
    cursor = pagination.next_cursor
  }
  const all = await query<{ id: number }[]>(service, 'SELECT id FROM tenants ORDER BY id')
  assert.deepEqual(
    seen,
    all.map(({ id }) => id),
  )
})

test('a domain is one tenant’s: another one is told 409, also when both ask at once', async () => {
  const first = await makeTenant({ domains: ['taken.example'] })
  assertFailure(await make({ name: 'Thief', domains: ['mine.example', 'taken.example'] }), {
    status: 409,
    code: 'tenant.taken',
    fields: ['domains'],
  })
  const other = await makeTenant()
  assertFailure(await change(other, { domains: ['taken.example'] }), { status: 409 })
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => make({ name: 'Racer', domains: ['race.example'] })),
  )
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 409, 409, 409, 409, 409])
  assert.equal(dataOf<Tenant>(await change(first, { domains: [] })).domains.length, 0)
  assert.deepEqual(dataOf<Tenant>(await change(other, { domains: ['taken.example'] })).domains, [
    'taken.example',
  ])
})

test('only host names in lower case are domains', async () => {
  const wrong = ['Desk.example', 'desk_1.example', '-a.example', 'a..b', 'desk.example.', 'desk.example:443']
  wrong.push('192.0.2.1', 'bücher.example', 'https://desk.example', ' ', `${'a'.repeat(64)}.example`)
  for (const domain of wrong) {
    assertFailure(await make({ name: 'Wrong', domains: [domain] }), {
      status: 400,
      code: 'tenant.invalid',
      fields: ['domains'],
    })
  }
  assertFailure(await make({ name: ' ' }), { status: 400, fields: ['name'] })
  assertFailure(await change(1, { owner: 'me' }), { status: 400, fields: ['owner'] })
})

test('a deactivated tenant’s people are out, and in again when it is activated', async () => {
  const tenant = await makeTenant()
  const person = await makeUser('user', tenant)
  const look = () => ask(app, person.token, 'GET', '/api/v1/profile')
  assert.equal((await look()).statusCode, 200)
  assert.equal(dataOf<Tenant>(await change(tenant, { active: false })).active, false)
  assertFailure(await look(), { status: 403, code: 'tenant.forbidden' })
  await change(tenant, { active: true })
  assert.equal((await look()).statusCode, 200)
})

test('tenant 1 cannot be deactivated, but renamed', async () => {
  assertFailure(await change(1, { active: false }), { status: 409, code: 'tenant.conflict' })
  assert.equal(dataOf<Tenant>(await change(1, { name: 'The house', active: true })).name, 'The house')
})

test('what is no tenant is 404, what is no number 400', async () => {
  assertFailure(await change(2 ** 31 - 1, { name: 'x' }), { status: 404, code: 'tenant.not_found' })
  for (const id of ['0', '-1', 'x', '2147483648', '1.5'])
    assertFailure(await ask(app, operator.token, 'GET', `/admin/tenants/${id}`), {
      status: 400,
      fields: ['id'],
    })
})

test('the same Idempotency-Key makes one tenant', async () => {
  const headers = { 'idempotency-key': 'one-tenant' }
  const body = { name: 'Once', domains: ['once.example'] }
  const first = await make(body, headers)
  const again = await make(body, headers)
  assert.equal(dataOf<Tenant>(first, 201).domains[0], 'once.example')
  assert.deepEqual([again.statusCode, again.body], [201, first.body])
  assertFailure(await make({ name: 'Twice' }, headers), { status: 422 })
})

test('an admin of another tenant is no operator', async () => {
  const { token } = await makeUser('admin', await makeTenant())
  assertFailure(await ask(app, token, 'GET', '/admin/tenants'), { status: 403 })
  assertFailure(await ask(app, token, 'PATCH', '/admin/tenants/1', { body: { name: 'x' } }), { status: 403 })
})
