import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashApiKey } from '@werk/shared/auth/api-key'
import { bearer, signToken } from '@werk/shared/test-kit/sign-token'
import { endSessions } from '../../../identity-service/src/sessions/end-sessions.repository.ts'
import {
  readToken,
  registered,
  registeredUsername,
  tixgoLogin,
} from '../../../identity-service/test/kit/calls.ts'
import { figure, startFollower, startIdentity, statusFor, timeUntil } from './two-services.ts'

const promisedMs = 5000
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600
const idOf = (token: string) => Number(readToken(token).claims.uid)

test('what ends on identity ends within 5 seconds on every replica of the ticket-service', async (t) => {
  const identity = await startIdentity(t)
  const ticket = await startFollower(t, identity.url)
  const replicas = [ticket.app, await ticket.startReplica()]
  const bites = async (what: string, token: string, status: number, change: () => Promise<unknown>) => {
    for (const app of replicas) assert.equal(await statusFor(app, token), 200, `before: ${what}`)
    await change()
    const lags = await Promise.all(replicas.map((app) => timeUntil(app, token, status)))
    t.diagnostic(`${what}: ${lags.join(' ms and ')} ms after the commit`)
    assert.ok(Math.max(...lags) <= promisedMs, what)
  }

  const werk = await registered(identity.app)
  const own = await registered(identity.app)
  await bites('a Werk session that was ended', werk.token, 401, () =>
    identity.change((tx) => endSessions(tx, { userId: idOf(werk.token) }, 'password changed')),
  )
  const { username, password } = await registeredUsername(identity.app)
  const tixgo = (await tixgoLogin(identity.app, username, password)).json().access_token
  await bites('a TixGo log-out', tixgo, 401, async () => {
    const headers = { authorization: `Bearer ${tixgo}` }
    const answer = await identity.app.inject({ method: 'POST', url: '/api/v1/auth/logout', headers })
    assert.equal(answer.statusCode, 200, answer.body)
  })

  const foreign = signToken({ sub: own.email.toUpperCase(), exp: inAnHour() })
  assert.equal(await statusFor(ticket.app, foreign), 200, 'signed by others, without uid')
  const setActive = (active: boolean) =>
    identity.change(async (tx) => {
      const id = idOf(own.token)
      await tx.user.update({ where: { id }, data: { active } })
      return [{ entity: 'user', id }]
    })
  await bites('an account that was deactivated', own.token, 401, () => setActive(false))
  assert.equal(await statusFor(ticket.app, foreign), 401, 'by its login name, too')
  await setActive(true)
  await timeUntil(ticket.app, foreign, 200)

  const tenant = await identity.database.tenant.create({ data: { name: 'Second' } })
  const member = signToken({ sub: 'member', tenant_id: tenant.id, exp: inAnHour() })
  await bites('a tenant that was made inactive', member, 403, () =>
    identity.change(async (tx) => {
      await tx.tenant.update({ where: { id: tenant.id }, data: { active: false } })
      return [{ entity: 'tenant', id: tenant.id }]
    }),
  )
  assert.ok((await figure(ticket.app, 'directory_lag_seconds')) < 5)
  assert.ok((await figure(ticket.app, 'directory_entries_total')) > 3)
  assert.equal((await ticket.app.inject('/readyz')).json().dependencies.directory, 'ok')
})

test('a tenant is named by its domain, and a foreign or inactive one is refused', async (t) => {
  const identity = await startIdentity(t)
  const ticket = await startFollower(t, identity.url)
  const [second, third] = await Promise.all(
    ['Second', 'Third'].map((name) => identity.database.tenant.create({ data: { name } })),
  )
  assert.ok(second && third)
  const publish = (id: number, domain: string, active: boolean) =>
    identity.change(async (tx) => {
      await tx.tenantDomain.deleteMany({ where: { tenantId: id } })
      await tx.tenantDomain.create({ data: { domain, tenantId: id } })
      await tx.tenant.update({ where: { id }, data: { active } })
      return [{ entity: 'tenant', id }]
    })
  await publish(second.id, 'second.example.com', true)
  await publish(third.id, 'third.example.com', false)
  const { authorization } = bearer({ sub: 'member', tenant_id: second.id })
  const operator = bearer({ sub: 'root', role: 'admin', tenant_id: 1 }).authorization
  const call = async (token: string, headers: Record<string, string>) =>
    statusFor(ticket.app, token.slice('Bearer '.length), headers)
  await timeUntil(ticket.app, operator.slice('Bearer '.length), 403, { 'x-tenant-id': String(third.id) })

  assert.equal(await call(authorization, { host: 'second.example.com' }), 200)
  assert.equal(await call(authorization, { host: 'SECOND.example.com:8443' }), 200)
  assert.equal(await call(authorization, { host: 'third.example.com' }), 403, 'a foreign tenant')
  assert.equal(await call(authorization, { 'x-tenant-id': '1' }), 403)
  assert.equal(await call(operator, { host: 'second.example.com' }), 200, 'the operator works anywhere')
  assert.equal(await call(operator, { host: 'third.example.com' }), 403, 'but in no inactive tenant')
  const wins = { host: 'third.example.com', 'x-tenant-id': String(second.id) }
  assert.equal(await call(operator, wins), 200, 'X-Tenant-ID wins over the host')

  await publish(second.id, 'moved.example.com', true)
  await timeUntil(ticket.app, signToken({ sub: 'plain', exp: inAnHour() }), 403, {
    host: 'moved.example.com',
  })
  const plain = bearer({ sub: 'plain' }).authorization
  assert.equal(
    await call(plain, { host: 'second.example.com' }),
    200,
    'a domain that was given up names nobody',
  )
})

test('an API key does what its scopes say, until it is revoked, and its use is shown in identity', async (t) => {
  const identity = await startIdentity(t)
  const ticket = await startFollower(t, identity.url)
  const { token } = await registered(identity.app)
  const userId = idOf(token)
  const issue = async (scopes: string) => {
    const key = `werk_${scopes.replace(':', '-')}`
    let id = 0
    await identity.change(async (tx) => {
      const created = { createdAt: new Date(), expiresAt: new Date(Date.now() + 60_000) }
      const data = { userId, name: 'robot', prefix: 'werk_', hash: hashApiKey(key), scopes, ...created }
      id = Number((await tx.apiKey.create({ data })).id)
      return [{ entity: 'api_key', id }]
    })
    return { key, id }
  }
  const reader = await issue('tickets:read')
  const writer = await issue('tickets:write')
  const raise = (key: string) =>
    ticket.app.inject({
      method: 'POST',
      url: '/api/tickets',
      headers: { authorization: `Bearer ${key}` },
      payload: { title: 'From a machine', description: 'by its key' },
    })

  t.diagnostic(`a new API key: accepted after ${await timeUntil(ticket.app, reader.key, 200)} ms`)
  await timeUntil(ticket.app, writer.key, 403)
  const refused = await raise(reader.key)
  assert.deepEqual([refused.statusCode, refused.json().code], [403, 'api_key.forbidden'])
  const raised = await raise(writer.key)
  assert.equal(raised.statusCode, 201, raised.body)
  assert.equal(await statusFor(ticket.app, 'werk_unknown'), 401)
  const operators = await ticket.app.inject({
    url: '/admin/intents?limit=1',
    headers: { authorization: `Bearer ${reader.key}` },
  })
  assert.ok([403, 404].includes(operators.statusCode), 'what names no scope is not for keys')

  await identity.change(async (tx) => {
    await tx.apiKey.update({ where: { id: writer.id }, data: { revokedAt: new Date() } })
    return [{ entity: 'api_key', id: writer.id }]
  })
  t.diagnostic(`a revoked API key: refused after ${await timeUntil(ticket.app, writer.key, 401)} ms`)
  await identity.change(async (tx) => {
    await tx.user.update({ where: { id: userId }, data: { active: false } })
    return [{ entity: 'user', id: userId }]
  })
  await timeUntil(ticket.app, reader.key, 401)

  const before = await identity.database.apiKey.findUnique({ where: { id: reader.id } })
  assert.ok(before)
  await ticket.app.close()
  const after = await identity.database.apiKey.findUnique({ where: { id: reader.id } })
  assert.ok(
    after?.lastUsedAt && Date.now() - after.lastUsedAt.getTime() < 60_000,
    'at the latest when it stops',
  )
})
