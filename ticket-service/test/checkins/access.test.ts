import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { hashApiKey } from '@werk/shared/auth/api-key'
import { roles } from '@werk/shared/auth/principal'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { admin, attendance, gate, history, scan, setGuests } from './gate.ts'

const gates = ['committee', 'vendor', 'admin']
const organisers = ['vendor', 'admin']
/** Every route with a body that passes its schema, who may call it, and which scope an API key needs. */
const routes = [
  { method: 'POST', url: '/checkins', may: gates, scope: 'checkins:write' },
  { method: 'POST', url: '/checkins/checkout', may: gates, scope: 'checkins:write' },
  { method: 'POST', url: '/checkins/undo', may: gates, scope: 'checkins:write' },
  { method: 'POST', url: '/checkins/batch', may: gates, scope: 'checkins:write' },
  { method: 'GET', url: '/attendance/roles', may: gates, scope: 'checkins:read' },
  { method: 'PUT', url: '/events/roles/guests', may: organisers, scope: 'checkins:write' },
  { method: 'POST', url: '/events/roles/guests', may: organisers, scope: 'checkins:write' },
  { method: 'GET', url: '/events/roles/guests?limit=5', may: organisers, scope: 'checkins:read' },
  { method: 'DELETE', url: '/events/roles/guests', may: organisers, scope: 'checkins:write' },
  { method: 'GET', url: '/events/roles/scans?limit=5', may: organisers, scope: 'checkins:read' },
] as const
const payload = {
  event_id: 'roles',
  ticket_id: 'T',
  ticket_ids: ['T'],
  scans: [{ event_id: 'roles', ticket_id: 'T', nonce: 'n', scanned_at: new Date().toISOString() }],
}

describe('who may check in', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService()
  })
  after(() => s.close())

  type Route = (typeof routes)[number]
  const call = ({ method, url }: Route, headers: Record<string, string>, app = s.app) =>
    app.inject({ method, url, headers, ...(method === 'GET' || method === 'DELETE' ? {} : { payload }) })

  it('every route × role: gates check in and read attendance, organisers see the rest, any other is 403', async (t) => {
    let calls = 0
    for (const route of routes)
      for (const role of [undefined, ...roles]) {
        const answer = await call(route, bearer({ sub: 'x@example.com', ...(role && { role }) }))
        const may = role !== undefined && (route.may as readonly string[]).includes(role)
        const what = `${role} ${route.method} ${route.url} ${answer.body}`
        if (may) assert.ok(answer.statusCode !== 403 && answer.statusCode < 500, what)
        else assertFailure(answer, { status: 403, code: 'auth.forbidden' })
        calls += 1
      }
    t.diagnostic(`${calls} calls`)
    for (const route of routes)
      assertFailure(await call(route, {}), { status: 401, error: 'missing authorization header' })
  })

  it('an API key does what its scope and the role behind it allow', async () => {
    const keys = [
      { id: 1, role: 'committee', scopes: ['checkins:write'] },
      { id: 2, role: 'vendor', scopes: ['checkins:read'] },
      { id: 3, role: 'admin', scopes: ['checkins:write', 'checkins:read'] },
      { id: 4, role: 'admin', scopes: ['tickets:read', 'tickets:write'] },
    ]
    for (const { id, role, scopes } of keys) {
      await sql(
        s.database,
        `INSERT INTO directory_users (id, tenant_id, name, last_name, username, login_key, role, active)
          VALUES (${id}, 1, 'A', 'B', 'key${id}', 'key${id}', '${role}', 1)`,
      )
      await sql(
        s.database,
        `INSERT INTO directory_api_keys (id, hash, user_id, scopes, expires_at)
          VALUES (${id}, '${hashApiKey(`werk_${id}`)}', ${id}, '${scopes.join(' ')}', '2999-01-01')`,
      )
    }
    await sql(s.database, "INSERT INTO directory_tenants (id, name, active) VALUES (1, 'One', 1)")
    const INTERNAL_SECRET = 'a secret between services, of 32 bytes or more'
    const replica = await s.startReplica({ IDENTITY_URL: 'http://127.0.0.1:9', INTERNAL_SECRET })
    for (const { id, role, scopes } of keys)
      for (const route of routes) {
        const answer = await call(route, { authorization: `Bearer werk_${id}` }, replica)
        const isAllowed = scopes.includes(route.scope) && (route.may as readonly string[]).includes(role)
        const what = `${id} ${route.method} ${route.url} ${answer.body}`
        assert.equal(answer.statusCode === 403, !isAllowed, what)
        assert.ok(answer.statusCode !== 401 && answer.statusCode < 500, what)
      }
  })

  it('tenants are apart: the same event and ticket are others, and so are guests, scans and nonces', async () => {
    const ticket = { event_id: 'both', ticket_id: 'T', nonce: 'n' }
    const two = { tenant_id: 2 }
    const gateOfTwo = bearer({ sub: 'gate@example.com', role: 'committee', ...two })
    const adminOfTwo = bearer({ sub: 'admin@example.com', role: 'admin', ...two })
    await setGuests(s.app, 'both', ['T', 'only one'])
    assert.equal((await scan(s.app, ticket)).statusCode, 201)
    assert.equal((await attendance(s.app, 'both', gateOfTwo)).total_checkins, 0)
    assert.deepEqual(await history(s.app, 'both', adminOfTwo), [])
    const guests = { url: '/events/both/guests?limit=5', headers: adminOfTwo }
    assertFailure(await s.app.inject(guests), { status: 404, code: 'guest_list.not_found' })
    assertFailure(await scan(s.app, ticket, '/checkout', gateOfTwo), { status: 404 })
    assert.equal((await scan(s.app, ticket, '', gateOfTwo)).statusCode, 201)
    assert.equal(
      (await scan(s.app, { ...ticket, ticket_id: 'U', nonce: 'u' }, '', gateOfTwo)).statusCode,
      201,
    )
    assert.equal((await attendance(s.app, 'both', gateOfTwo)).total_checkins, 2)
    assert.equal((await attendance(s.app, 'both')).total_checkins, 1)

    const named = { ...admin, 'x-tenant-id': '2' }
    assert.equal((await attendance(s.app, 'both', named)).total_checkins, 2)
    assertFailure(await scan(s.app, ticket, '', { ...gate, 'x-tenant-id': '2' }), {
      status: 403,
      code: 'tenant.forbidden',
    })
  })
})
