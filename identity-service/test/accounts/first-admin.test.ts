import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { buildApp } from '../../src/app.ts'
import { authorization, post, query, readToken, werkLogin } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

const [email, password] = ['Root@example.com', 'a long enough password']

test('ADMIN_EMAIL and ADMIN_PASSWORD make the first admin, once, however many replicas start', async (t) => {
  const service = await startIdentityService({ ADMIN_EMAIL: email, ADMIN_PASSWORD: password })
  t.after(() => service.close())
  const { app } = service
  await query(service, 'DELETE FROM users')

  const replicas = await Promise.all([service.startReplica(), service.startReplica(), service.startReplica()])
  t.after(() => Promise.all(replicas.map((replica) => replica.close())))
  const rows = await query<{ role: string; tenant_id: number }[]>(
    service,
    'SELECT role, tenant_id FROM users',
  )
  assert.deepEqual(rows, [{ role: 'admin', tenant_id: 1 }])

  const answer = await werkLogin(app, 'root@EXAMPLE.com', password)
  assert.equal(answer.statusCode, 200)
  const { token } = answer.json()
  assert.deepEqual([readToken(token).claims.role, readToken(token).claims.tenant_id], ['admin', 1])
  const agent = { username: 'first-agent', password: 'pass', role: 'agent' }
  assert.equal((await post(app, '/auth/register', agent, authorization(token))).statusCode, 200)
  assert.ok(!service.logLines.join('').includes(password))
})

test('a start neither resets the admin nor promotes somebody who has that e-mail', async (t) => {
  const service = await startIdentityService()
  t.after(() => service.close())
  const person = { name: 'A', lastname: 'B', email: 'root@example.com', password: 'own password' }
  assert.equal((await post(service.app, '/api/auth/register', person)).statusCode, 201)

  const withAdmin = { ...service.config, ADMIN_EMAIL: email, ADMIN_PASSWORD: password }
  const app = await buildApp(withAdmin, { logStream: { write: () => {} } })
  t.after(() => app.close())
  await app.ready()

  const answer = await werkLogin(app, 'root@example.com', 'own password')
  assert.equal(readToken(answer.json().token).claims.role, 'user')
  assertFailure(await werkLogin(app, 'root@example.com', password), { status: 401 })
})

test('without them there is no admin, and no default password', async (t) => {
  const service = await startIdentityService()
  t.after(() => service.close())
  assert.deepEqual(await query(service, 'SELECT id FROM users'), [])
})
