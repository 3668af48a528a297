import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { pollUntil } from '../../src/test-kit/poll-until.ts'
import { startTestApp } from './test-app.ts'

function block(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test('a process that lagged while it was built refuses nothing for it; one that lags later refuses, but for probes', async (t) => {
  const { app } = await startTestApp(t, {
    config: { MAX_EVENT_LOOP_DELAY_MS: 100 },
    routes: () => block(1500),
  })
  const end = performance.now() + 1500
  do {
    assert.equal((await app.inject('/open')).statusCode, 200)
    await nextTurn()
  } while (performance.now() < end)

  const refused = await pollUntil('a refusal', async () => {
    block(300)
    const answer = await app.inject('/open')
    return answer.statusCode === 200 ? undefined : answer
  })
  assertFailure(refused, { status: 503, code: 'service.unavailable' })
  assert.equal((await app.inject('/health')).statusCode, 200)
})
