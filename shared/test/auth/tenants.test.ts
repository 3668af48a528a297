import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { bearer } from '../../src/test-kit/sign-token.ts'
import { startTestApp } from '../app/test-app.ts'

test('X-Tenant-ID must be a positive integer, else 400', async (t) => {
  const { app } = await startTestApp(t)
  const operator = bearer({ sub: 'root', role: 'admin', tenant_id: 1 })
  for (const tenant of [
    '0',
    '-1',
    '1.5',
    'x',
    '1 ',
    '01',
    '1,2',
    '1e3',
    '',
    '9999999999',
    "1' OR 1=1",
    '%31',
  ]) {
    const answer = await app.inject({ url: '/me', headers: { ...operator, 'x-tenant-id': tenant } })
    if (tenant === '1 ') continue // HTTP itself takes white space around a value away
    assertFailure(answer, { status: 400, code: 'tenant.invalid', fields: ['X-Tenant-ID'] })
  }
})

test('a foreign tenant is 403 for all but the operator: vendors and admins of tenant 1', async (t) => {
  const { app } = await startTestApp(t)
  const call = (claims: Record<string, unknown>, tenant: number) =>
    app.inject({
      url: '/me',
      headers: { ...bearer({ sub: 'ada', ...claims }), 'x-tenant-id': String(tenant) },
    })

  for (const role of ['user', 'agent', 'committee']) {
    assertFailure(await call({ role, tenant_id: 1 }, 2), { status: 403, code: 'tenant.forbidden' })
  }
  for (const role of ['user', 'agent', 'committee', 'vendor', 'admin']) {
    assertFailure(await call({ role, tenant_id: 2 }, 1), { status: 403, code: 'tenant.forbidden' })
    assertFailure(await call({ role, tenant_id: 2 }, 3), { status: 403, code: 'tenant.forbidden' })
    assert.equal((await call({ role, tenant_id: 2 }, 2)).json().workingIn, 2)
  }
  for (const role of ['vendor', 'admin']) {
    const answer = await call({ role, tenant_id: 1 }, 7)
    assert.deepEqual([answer.statusCode, answer.json().workingIn], [200, 7])
  }
  assertFailure(await call({}, 2), { status: 403 })
})
