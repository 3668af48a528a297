import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { startTcpProxy } from '@werk/shared/test-kit/tcp-proxy'
import { person, post, query } from '../kit/calls.ts'
import { startIdentityService } from '../kit/identity-service.ts'

test('without the database a request with a key is not begun: 503, and the same key works once it is back', async (t) => {
  const database = await createTestDatabase(join(import.meta.dirname, '../..'))
  const url = new URL(database.url)
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
  url.host = `127.0.0.1:${proxy.port}`
  const service = await startIdentityService({ DATABASE_URL: url.href, DATABASE_ACQUIRE_TIMEOUT_MS: '500' })
  t.after(async () => {
    await service.close()
    await proxy.close()
    await database.drop()
  })
  const { app } = service
  const [who, headers] = [person(), { 'idempotency-key': randomUUID() }]
  const register = () => post(app, '/api/auth/register', who, headers)
  for (let n = 0; n < 3; n += 1)
    assert.equal((await post(app, '/api/auth/register', person())).statusCode, 201)

  proxy.cut()
  const away = await register()
  assertFailure(away, { status: 503, code: 'idempotency.unavailable' })
  assert.equal(away.headers['retry-after'], '2')
  assertFailure(await post(app, '/api/auth/register', person()), { status: 500, code: 'server.internal' })

  proxy.mend()
  const made = await pollUntil('it registers again', async () => {
    const answer = await register()
    return answer.statusCode === 503 ? undefined : answer
  })
  assert.equal(made.statusCode, 201, made.body)
  assert.equal((await register()).body, made.body)
  const accounts = { ...service, database }
  assert.equal(
    (await query<object[]>(accounts, 'SELECT id FROM users WHERE email = ?', [who.email])).length,
    1,
  )
})
