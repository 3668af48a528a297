import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pollUntil } from '../../src/test-kit/poll-until.ts'
import { bearer } from '../../src/test-kit/sign-token.ts'
import { startTestApp } from './test-app.ts'

const binary = process.env.TEST_REDIS_SERVER
const skip =
  binary === undefined && 'TEST_REDIS_SERVER, the path of a redis-server or valkey-server, is not set'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function startRedis(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'werk-redis-'))
  const port = await freePort()
  const child: ChildProcess = spawn(
    binary ?? '',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  t.after(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    await rm(folder, { recursive: true })
  })
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error('redis-server ended')))
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('Ready to accept connections')) resolve()
    })
  })
  return { child, url: `redis://127.0.0.1:${port}` }
}

const limits = { RATE_LIMIT_PER_ADDRESS: 4, RATE_LIMIT_PER_ACCOUNT: 2 }

test('replicas share the limits through Redis', { skip }, async (t) => {
  const redis = await startRedis(t)
  const config = { ...limits, REDIS_URL: redis.url }
  const [one, two] = [await startTestApp(t, { config }), await startTestApp(t, { config })]
  const open = (app: typeof one.app) => app.inject({ url: '/open', remoteAddress: '192.0.2.1' })
  // until both are connected requests pass uncounted
  for (const { app } of [one, two]) {
    await pollUntil('the counter is in use', async () => {
      const { headers } = await app.inject({ url: '/open', remoteAddress: '192.0.2.200' })
      return Number(headers['x-ratelimit-remaining']) < limits.RATE_LIMIT_PER_ADDRESS ? true : undefined
    })
  }
  const statuses = []
  for (const { app } of [one, two, one, two, one, two]) statuses.push((await open(app)).statusCode)
  assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429])

  const headers = bearer({ sub: 'ada' })
  const me = (app: typeof one.app, n: number) =>
    app.inject({ url: '/me', headers, remoteAddress: `198.51.100.${n}` })
  const accounts = []
  for (const [n, { app }] of [one, two, one, two].entries()) accounts.push((await me(app, n)).statusCode)
  assert.deepEqual(accounts, [200, 200, 429, 429])
})

test('requests pass when Redis is not there, dies, or hangs', { skip }, async (t) => {
  const away = await startTestApp(t, {
    config: { ...limits, REDIS_URL: `redis://127.0.0.1:${await freePort()}` },
  })
  const redis = await startRedis(t)
  const there = await startTestApp(t, { config: { ...limits, REDIS_URL: redis.url } })
  const passes = async ({ app }: typeof away) => {
    for (let n = 0; n < 5; n += 1) {
      const started = performance.now()
      const answer = await app.inject({ url: '/me', headers: bearer({ sub: `somebody-${n}` }) })
      assert.equal(answer.statusCode, 200, answer.body)
      assert.ok(performance.now() - started < 3000, 'a counter that is away holds nobody up for long')
    }
  }
  await passes(away)
  await pollUntil('the counter is in use', async () => {
    const { headers } = await there.app.inject({ url: '/open', remoteAddress: '192.0.2.200' })
    return Number(headers['x-ratelimit-remaining']) < limits.RATE_LIMIT_PER_ADDRESS ? true : undefined
  })
  redis.child.kill('SIGSTOP')
  const hanging = await there.app.inject({
    url: '/me',
    headers: bearer({ sub: 'ada' }),
    remoteAddress: '192.0.2.7',
    signal: AbortSignal.timeout(5000),
  })
  assert.equal(hanging.statusCode, 200)
  redis.child.kill('SIGKILL')
  await once(redis.child, 'exit')
  await passes(there)
})
