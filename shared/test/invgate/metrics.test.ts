import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Registry } from 'prom-client'
import { openSandbox } from './sandbox.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

test('the figures show calls, durations, refusals and circuits', async (t) => {
  const sandbox = await openSandbox(t)
  const metrics = new Registry()
  const options = { incidentPath: 'incident', breakerFailures: 2, breakerResetMs: 600_000, metrics } as const
  const { client } = openClient(t, { baseUrl: sandbox.url, ...options })
  const figures = async () => (await metrics.metrics()).split('\n')
  const before = await figures()
  assert.ok(before.includes('invgate_circuit_state{compartment="creates"} 0'))

  await client.createIncident(newIncident, [])
  await client.ping(10_000)
  await sandbox.control.setFaults([{ route: 'POST incident', fault: { type: 'status', status: 503 } }])
  for (let number = 1; number <= 5; number += 1) await failureOf(client.createIncident(newIncident, []))

  const after = await figures()
  for (const line of [
    'invgate_circuit_state{compartment="creates"} 2',
    'invgate_circuit_state{compartment="reads"} 0',
    'invgate_calls_total{operation="POST incident",outcome="ok"} 1',
    'invgate_calls_total{operation="POST incident",outcome="unavailable"} 2',
    'invgate_calls_total{operation="GET incident.attributes.status",outcome="ok"} 1',
    'invgate_call_duration_seconds_count{operation="POST incident"} 3',
    'invgate_rejected_total{compartment="creates",reason="circuit_open"} 3',
  ]) {
    assert.ok(after.includes(line), `${line} is not in\n${after.join('\n')}`)
  }
})
