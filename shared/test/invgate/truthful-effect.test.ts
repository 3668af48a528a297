import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fault } from '@werk/invgate-sandbox/control'
import { createsSeen, openSandbox } from './sandbox.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

const faults: { fault: Fault; kind: string; effect: 'none' | 'denied' | 'possible' }[] = [
  { fault: { type: 'reset', when: 'before' }, kind: 'unreachable', effect: 'possible' },
  { fault: { type: 'reset', when: 'after' }, kind: 'unreachable', effect: 'possible' },
  { fault: { type: 'hang', when: 'before' }, kind: 'timeout', effect: 'possible' },
  { fault: { type: 'hang', when: 'after' }, kind: 'timeout', effect: 'possible' },
  { fault: { type: 'latency', ms: 10_000 }, kind: 'timeout', effect: 'possible' },
  { fault: { type: 'status', status: 500, when: 'before' }, kind: 'unavailable', effect: 'possible' },
  { fault: { type: 'status', status: 503, when: 'after' }, kind: 'unavailable', effect: 'possible' },
  { fault: { type: 'html', when: 'after' }, kind: 'bad_answer', effect: 'possible' },
  { fault: { type: 'html', status: 504, when: 'after' }, kind: 'unavailable', effect: 'possible' },
  { fault: { type: 'truncate' }, kind: 'bad_answer', effect: 'possible' },
  { fault: { type: 'status', status: 429, retry_after: 3 }, kind: 'rate_limited', effect: 'none' },
  { fault: { type: 'status', status: 428 }, kind: 'rejected', effect: 'none' },
  { fault: { type: 'error_status', info: 'The category is closed' }, kind: 'rejected', effect: 'denied' },
  { fault: { type: 'error_status', info: 'Mail failed', when: 'after' }, kind: 'rejected', effect: 'denied' },
]

for (const { fault, kind, effect } of faults) {
  test(`the sandbox agrees with effect ${effect} of ${JSON.stringify(fault)}`, async (t) => {
    const sandbox = await openSandbox(t)
    await sandbox.control.setFaults([{ route: 'POST incidents', fault }])
    const { client } = openClient(t, { baseUrl: sandbox.url, timeoutMs: 300 })
    const failure = await failureOf(client.createIncident(newIncident, []))
    assert.deepEqual({ kind: failure.kind, effect: failure.effect }, { kind, effect })
    assert.deepEqual(await createsSeen(sandbox), ['POST incidents'])
    const made = (await sandbox.control.incidents()).length
    assert.ok(effect !== 'none' || made === 0)
  })
}

test('wrong credentials are told as such, with no effect', async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url, password: 'wrong-password' })
  const failure = await failureOf(client.createIncident(newIncident, []))
  assert.deepEqual(
    { kind: failure.kind, effect: failure.effect, statusCode: failure.statusCode },
    { kind: 'unauthorized', effect: 'none', statusCode: 401 },
  )
  assert.deepEqual(await sandbox.control.incidents(), [])
})
