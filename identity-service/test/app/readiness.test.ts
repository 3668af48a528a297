import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { person, post } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

/** The way to the database, which can be cut and mended. */
async function startWay(target: URL) {
  const sockets = new Set<Socket>()
  let cut = false
  const server = createServer((near) => {
    if (cut) return near.destroy()
    const far = connect(Number(target.port), target.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
    return near
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const endAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    close: async () => {
      endAll()
      server.close()
      await once(server, 'close')
    },
    port: address.port,
    cut: () => {
      cut = true
      endAll()
    },
    mend: () => {
      cut = false
    },
  }
}

test('without its database the service is alive, not ready, and fails in the one shape; then it recovers', async (t) => {
  const database = await createTestDatabase(join(import.meta.dirname, '../..'))
  const url = new URL(database.url)
  const way = await startWay(new URL(url))
  url.port = String(way.port)
  url.hostname = '127.0.0.1'
  const service = await startIdentityService({ DATABASE_URL: url.href, DATABASE_ACQUIRE_TIMEOUT_MS: '500' })
  t.after(async () => {
    await service.close()
    await way.close()
    await database.drop()
  })
  const { app } = service

  const ready = await app.inject('/readyz')
  assert.equal(ready.statusCode, 200)
  const { status, service: name, dependencies } = ready.json()
  assert.deepEqual([status, name, dependencies.database], ['ready', 'identity-service', 'ok'])

  way.cut()
  const failure = assertFailure(await app.inject('/readyz'), { status: 503, code: 'service.unavailable' })
  assert.notEqual((failure.data as { dependencies: { database: string } }).dependencies.database, 'ok')
  for (const path of ['/health', '/healthz']) {
    const answer = await app.inject(path)
    assert.deepEqual([answer.statusCode, answer.json()], [200, { status: 'ok', service: 'identity-service' }])
  }
  const login = await post(app, '/api/auth/login', { email: 'a@b.c', password: 'x' })
  assertFailure(login, { status: 500, code: 'server.internal' })
  assert.doesNotMatch(login.body, /pool|sql|127\.0\.0\.1|prisma/i)

  way.mend()
  await pollUntil('it is ready again', async () =>
    (await app.inject('/readyz')).statusCode === 200 ? true : undefined,
  )
  assert.equal((await post(app, '/api/auth/register', person())).statusCode, 201)
})

test('the description lists every operation with its answers', async (t) => {
  const service = await startIdentityService()
  t.after(() => service.close())
  const { paths } = (await service.app.inject('/openapi.json')).json()
  const expected = {
    '/api/auth/register': ['post', '201'],
    '/api/auth/login': ['post', '200'],
    '/auth/register': ['post', '200'],
    '/auth/login': ['post', '200'],
    '/auth/me': ['get', '200'],
    '/health': ['get', '200'],
  }
  for (const [path, [method = '', status = '']] of Object.entries(expected)) {
    const { responses } = paths[path][method]
    for (const declared of [status, '4XX', '5XX']) assert.ok(responses[declared], `${path} ${declared}`)
  }
})
