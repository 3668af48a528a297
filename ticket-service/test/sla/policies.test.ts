import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { type Member, member, raise } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { createSetClock } from './set-clock.ts'

const path = '/vendor/tickets/sla'
const clock = createSetClock('2026-11-30T08:00:00.123Z')
const [admin, vendor, otherVendor] = [member(1, 'admin', 2), member(2, 'vendor', 2), member(3, 'vendor', 3)]

let service: TicketService
before(async () => {
  service = await startTicketService({ SLA_INTERVAL_MS: '0' }, {}, { clock })
})
after(() => service.close())

const set = (by: Member, payload: object, app = service.app) =>
  app.inject({ method: 'POST', url: path, headers: by.headers, payload })
const list = async (by: Member, app = service.app) => {
  const answer = await app.inject({ url: path, headers: by.headers })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().data
}
const policy = (category: string, response: number, resolution: number) => ({
  category,
  sla_response_minutes: response,
  sla_resolution_minutes: resolution,
})

test('a vendor or an admin sets the SLA of a category, and reads all of them in one order', async () => {
  assert.deepEqual(await list(vendor), [])
  const answer = await set(vendor, policy('technical', 30, 240))
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.json().data, null)
  assert.equal(answer.json().ok, true)
  assert.equal((await set(admin, policy('billing', 1, 525_600))).statusCode, 200)
  assert.deepEqual(await list(admin), [policy('billing', 1, 525_600), policy('technical', 30, 240)])

  assert.equal((await set(admin, policy('technical', 15, 15))).statusCode, 200)
  assert.deepEqual(await list(vendor), [policy('billing', 1, 525_600), policy('technical', 15, 15)])
})

test('tenants have SLAs of their own', async () => {
  await set(vendor, policy('account', 5, 10))
  await set(otherVendor, policy('account', 7, 8))
  assert.deepEqual(await list(otherVendor), [policy('account', 7, 8)])
  assert.ok(
    (await list(vendor)).some((one: { sla_response_minutes: number }) => one.sla_response_minutes === 5),
  )
})

test('other roles may neither set nor read it, and nobody without a token', async () => {
  for (const role of ['user', 'committee', 'agent'] as const) {
    assertFailure(await set(member(9, role, 2), policy('billing', 1, 2)), {
      status: 403,
      code: 'auth.forbidden',
    })
    const answer = await service.app.inject({ url: path, headers: member(9, role, 2).headers })
    assertFailure(answer, { status: 403, code: 'auth.forbidden' })
  }
  assertFailure(await service.app.inject({ url: path }), { status: 401 })
})

test('what is wrong is told by field, and nothing is set', async () => {
  const cases: [object, string[]][] = [
    [{}, ['category', 'sla_response_minutes', 'sla_resolution_minutes']],
    [policy('sales', 1, 2), ['category']],
    [policy('billing', 0, 2), ['sla_response_minutes']],
    [policy('billing', 1, 525_601), ['sla_resolution_minutes']],
    [policy('billing', 1.5, 2), ['sla_response_minutes']],
    [{ ...policy('billing', 1, 2), sla_response_minutes: '1' }, ['sla_response_minutes']],
    [policy('billing', 3, 2), ['sla_response_minutes']],
  ]
  const before = await list(vendor)
  for (const [payload, fields] of cases) assertFailure(await set(vendor, payload), { status: 400, fields })
  assert.deepEqual(await list(vendor), before)
})

test('each change is one entry of the audit, with who made it', async () => {
  const inTenant = member(4, 'admin', 4)
  await set(inTenant, policy('service', 10, 20))
  await set(inTenant, policy('service', 10, 30))
  const entries = await sql(service.database, 'SELECT * FROM audit_entries WHERE tenant_id = 4 ORDER BY seq')
  const minutes = entries.map(({ details }) => JSON.parse(String(details)))
  assert.deepEqual(minutes, [
    { category: 'service', response_minutes: 10, resolution_minutes: 20 },
    { category: 'service', response_minutes: 10, resolution_minutes: 30 },
  ])
  for (const { action, subject, actor, actor_id } of entries) {
    assert.deepEqual([action, subject], ['sla.policy_set', 'sla_policy:service'])
    assert.deepEqual([actor, actor_id], [inTenant.sub, 4])
  }
})

test('it counts for the tickets raised from then on, at once on the replica that set it, after 5 s on others', async () => {
  const other = await service.startReplica()
  const requester = member(20, 'user', 5)
  const boss = member(21, 'admin', 5)
  const dueIn = async (app: TicketService['app']) => {
    const { resolution_due_at, response_due_at } = await raise(app, requester, { category: 'account' })
    return [response_due_at, resolution_due_at]
  }
  assert.deepEqual(await dueIn(service.app), [undefined, undefined])
  assert.deepEqual(await dueIn(other), [undefined, undefined])

  await set(boss, policy('account', 30, 60))
  const due = ['2026-11-30T08:30:00.123Z', '2026-11-30T09:00:00.123Z']
  assert.deepEqual(await dueIn(service.app), due)
  assert.deepEqual(await dueIn(other), [undefined, undefined])
  clock.pass(5 / 60)
  assert.deepEqual(await dueIn(other), ['2026-11-30T08:30:05.123Z', '2026-11-30T09:00:05.123Z'])
})
