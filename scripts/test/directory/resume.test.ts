import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { signToken } from '@werk/shared/test-kit/sign-token'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { endSessions } from '../../../identity-service/src/sessions/end-sessions.repository.ts'
import { readToken, registered } from '../../../identity-service/test/kit/calls.ts'
import { figure, startFollower, startIdentity, statusFor, timeUntil, untilFollowing } from './two-services.ts'

const idOf = (token: string) => Number(readToken(token).claims.uid)
type Identity = Awaited<ReturnType<typeof startIdentity>>
const endAll = (identity: Identity, token: string) =>
  identity.change((tx) => endSessions(tx, { userId: idOf(token) }, 'log-out'))

test('identity away: what is known counts, for a replica that starts then, too; back again: what was missed', async (t) => {
  const identity = await startIdentity(t)
  const ticket = await startFollower(t, identity.url)
  const ended = await registered(identity.app)
  const later = await registered(identity.app)
  const kept = await registered(identity.app)
  await endAll(identity, ended.token)
  await timeUntil(ticket.app, ended.token, 401)

  await identity.stop()
  await pollUntil('it notices', async () =>
    (await figure(ticket.app, 'directory_following')) === 0 ? true : undefined,
  )
  await endAll(identity, later.token)
  const replica = await ticket.startReplica()
  for (const app of [ticket.app, replica]) {
    assert.equal(await statusFor(app, ended.token), 401)
    assert.equal(await statusFor(app, kept.token), 200)
    assert.equal((await app.inject('/readyz')).statusCode, 200, 'ready all the same')
  }

  await identity.startAgain()
  const lags = await Promise.all([ticket.app, replica].map((app) => timeUntil(app, later.token, 401)))
  t.diagnostic(`back again: what was missed counted after ${lags.join(' ms and ')} ms`)
  assert.ok(Math.max(...lags) <= 5000)
  await untilFollowing(ticket.app)
  const told = ticket.logLines.filter((line) => line.includes('the directory '))
  assert.ok(told.length <= 5, 'a line for each change of state, not for each try')
})

test('a restart goes on from the cursor, and reads nothing twice', async (t) => {
  const identity = await startIdentity(t)
  const ticket = await startFollower(t, identity.url)
  const { token } = await registered(identity.app)
  await endAll(identity, token)
  await timeUntil(ticket.app, token, 401)
  await ticket.app.close()

  const replica = await ticket.startReplica()
  await untilFollowing(replica)
  assert.equal(await statusFor(replica, token), 401, 'from the database')
  assert.equal(await figure(replica, 'directory_entries_total'), 0)
})

test('another database behind identity: all is built anew, and an ended session stays ended all the while', async (t) => {
  const first = await startIdentity(t)
  const ticket = await startFollower(t, first.url)
  const replica = await ticket.startReplica()
  const ended = await registered(first.app)
  const deactivated = await registered(first.app)
  await endAll(first, ended.token)
  const id = idOf(deactivated.token)
  await first.change(async (tx) => {
    await tx.user.update({ where: { id }, data: { active: false } })
    return [{ entity: 'user', id }]
  })
  const byName = signToken({ sub: deactivated.email, exp: Math.floor(Date.now() / 1000) + 3600 })
  for (const app of [ticket.app, replica]) {
    await timeUntil(app, ended.token, 401)
    await timeUntil(app, byName, 401)
  }

  await first.stop()
  const second = await startIdentity(t, first.port)
  await second.change(async (tx) => {
    const { id } = await tx.tenant.create({ data: { name: 'Only here' } })
    await tx.tenantDomain.create({ data: { domain: 'second.example.com', tenantId: id } })
    return [{ entity: 'tenant', id }]
  })
  const isRebuilt = (app: typeof replica) =>
    pollUntil('the other directory is known', async () => {
      assert.equal(await statusFor(app, ended.token), 401, 'not let in for a moment')
      return (await statusFor(app, byName)) === 200 ? true : undefined
    })
  await Promise.all([isRebuilt(ticket.app), isRebuilt(replica)])
  for (const app of [ticket.app, replica]) await timeUntil(app, byName, 403, { host: 'second.example.com' })
  const third = await ticket.startReplica()
  await untilFollowing(third)
  assert.equal(await figure(third, 'directory_entries_total'), 0, 'the database holds the other one')
  assert.equal(await statusFor(third, ended.token), 401)
  assert.equal(await statusFor(third, byName), 200)
})

test("the ticket-service's database away: what ends counts, for a replica that starts then, too, and is kept afterwards", async (t) => {
  const identity = await startIdentity(t)
  const ticket = await startFollower(t, identity.url)
  const url = new URL(ticket.database.url)
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 3306) })
  t.after(() => proxy.close())
  const behindProxy = {
    DATABASE_URL: Object.assign(url, { hostname: '127.0.0.1', port: String(proxy.port) }).href,
    DATABASE_ACQUIRE_TIMEOUT_MS: 500,
  }
  const first = await ticket.startReplica(behindProxy)
  await untilFollowing(first)
  const before = await registered(identity.app)
  const after = await registered(identity.app)

  proxy.cut()
  await endAll(identity, before.token)
  t.diagnostic(`without a database: refused after ${await timeUntil(first, before.token, 401)} ms`)
  const second = await ticket.startReplica(behindProxy)
  await timeUntil(second, before.token, 401)
  await endAll(identity, after.token)
  const lags = await Promise.all([first, second].map((app) => timeUntil(app, after.token, 401)))
  t.diagnostic(`and one more, on both: after ${lags.join(' ms and ')} ms`)
  assert.ok(Math.max(...lags) <= 5000)

  proxy.mend()
  await Promise.all([first, second].map(untilFollowing))
  const third = await ticket.startReplica()
  for (const { token } of [before, after]) assert.equal(await statusFor(third, token), 401)
})
