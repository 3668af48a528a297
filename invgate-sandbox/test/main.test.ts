import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'

function run(t: TestContext, environment: Record<string, string>) {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => child.kill('SIGKILL'))
  return child
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`the process listens where it is told to and ends in good order on ${signal}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-test-'))
    t.after(() => rm(folder, { recursive: true }))
    const child = run(t, { SANDBOX_PORT: '0', SANDBOX_DATA_FILE: join(folder, 'state.json') })
    let output = ''
    while (!/http:\/\/127\.0\.0\.1:\d+/.test(output)) output += (await once(child.stdout, 'data'))[0]
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? ''
    assert.equal((await fetch(new URL('/health', origin))).status, 200)
    child.kill(signal)
    assert.deepEqual(await once(child, 'exit'), [0, null])
  })
}

test('a wrong environment is named and ends the process with code 1', async (t) => {
  const child = run(t, { SANDBOX_PORT: 'many' })
  const [exit, [message]] = await Promise.all([once(child, 'exit'), once(child.stderr, 'data')])
  assert.equal(exit[0], 1)
  assert.match(String(message), /SANDBOX_PORT must be an integer/)
})
