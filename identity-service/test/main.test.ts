import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { testSecret } from '@werk/shared/test-kit/sign-token'
import { person } from './kit/calls.ts'
import { startIdentityService } from './kit/identity-service.ts'

const main = join(import.meta.dirname, '../src/main.ts')

function run(t: TestContext, env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

test('a wrong environment ends the process with code 1 and lists every fault', async (t) => {
  const child = run(t, {
    JWT_SECRET: 'x'.repeat(31),
    DATABASE_URL: 'postgres://nope',
    PORT: 'http',
    ADMIN_PASSWORD: 'short',
  })
  assert.ok(child.stderr)
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  assert.equal(code, 1)
  const named = [
    'JWT_SECRET',
    'DATABASE_URL',
    'PORT',
    'ADMIN_PASSWORD',
    'ARMMADA_BASE_URL',
    'ARMMADA_USERNAME',
  ]
  for (const name of named) assert.match(said, new RegExp(`^ {2}${name} `, 'm'))
  assert.doesNotMatch(said, /xxxx|nope|short|at .*\.ts/)
})

test('SIGTERM lets the request in flight finish, then ends the process with code 0', async (t) => {
  const service = await startIdentityService()
  t.after(() => service.close())
  const { sandbox, database } = service
  const child = run(t, {
    PORT: '0',
    DATABASE_URL: database.url,
    JWT_SECRET: testSecret,
    ARMMADA_BASE_URL: sandbox.url,
    ARMMADA_USERNAME: sandbox.username,
    ARMMADA_PASSWORD: sandbox.password,
    PASSWORD_HASH_COST: '4',
  })
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  const origin = await pollUntil('it listens', () => /Server listening at (http:[^"]+)"/.exec(output)?.[1])

  await sandbox.control.setFaults([{ route: 'POST user', fault: { type: 'latency', ms: 600 } }])
  const answer = fetch(`${origin}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person()),
  })
  await pollUntil('the request is in flight', async () =>
    (await sandbox.control.requests()).some(({ route }) => route === 'POST user') ? true : undefined,
  )
  const exit = once(child, 'exit')
  const started = performance.now()
  child.kill('SIGTERM')
  assert.equal((await answer).status, 201)
  assert.deepEqual(await exit, [0, null])
  assert.ok(performance.now() - started < 5000, 'no idle connection holds it up')
})
