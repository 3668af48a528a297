import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { suite, test } from 'node:test'
import type { Fault } from '@werk/invgate-sandbox/control'
import { pollUntil } from '../../src/test-kit/poll-until.ts'
import { answerJson, startRawServer } from './raw-server.ts'
import { openSandbox } from './sandbox.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

const never = 600_000
const pinned = { incidentPath: 'incident' } as const

suite('circuit', { concurrency: true }, () => {
  const failures: [what: string, fault: Fault][] = [
    ['500', { type: 'status', status: 500 }],
    ['429 without Retry-After', { type: 'status', status: 429 }],
    ['a reset', { type: 'reset' }],
    ['silence', { type: 'hang' }],
    ['HTML', { type: 'html' }],
    ['half an answer', { type: 'truncate' }],
  ]
  for (const [what, fault] of failures) {
    test(`opens after as many failures in a row as configured, and then sends nothing: ${what}`, async (t) => {
      const sandbox = await openSandbox(t)
      await sandbox.control.setFaults([{ route: '*', fault }])
      const timeoutMs = fault.type === 'hang' ? 300 : 10_000
      const options = { ...pinned, timeoutMs, breakerFailures: 3, breakerResetMs: never }
      const { client } = openClient(t, { baseUrl: sandbox.url, ...options })
      for (let number = 1; number <= 3; number += 1) {
        assert.equal(client.state().creates, 'closed')
        const { code, effect } = await failureOf(client.createIncident(newIncident, []))
        assert.notEqual(code, 'circuit_open')
        // The one that opens it was sent like the others.
        assert.equal(effect, what.startsWith('429') ? 'none' : 'possible')
      }
      assert.equal(client.state().creates, 'open')
      const refusals = Array.from({ length: 20 }, () => failureOf(client.createIncident(newIncident, [])))
      for (const { kind, effect, code, message } of await Promise.all(refusals)) {
        assert.deepEqual(
          [kind, effect, code, message],
          ['unavailable', 'none', 'circuit_open', 'InvGate is not available'],
        )
      }
      assert.equal((await sandbox.control.requests()).length, 3)
    })
  }

  const answers: [what: string, fault: Fault][] = [
    ['428', { type: 'status', status: 428 }],
    ['status ERROR', { type: 'error_status', info: 'No such category' }],
    ['401', { type: 'status', status: 401 }],
  ]
  for (const [what, fault] of answers) {
    test(`stays closed when InvGate refuses: ${what}`, async (t) => {
      const sandbox = await openSandbox(t)
      await sandbox.control.setFaults([{ route: '*', fault }])
      const { client } = openClient(t, { baseUrl: sandbox.url, ...pinned, breakerFailures: 2 })
      for (let number = 1; number <= 6; number += 1) {
        await failureOf(client.createIncident(newIncident, []))
        await failureOf(client.ping(10_000))
      }
      assert.deepEqual(client.state(), { reads: 'closed', creates: 'closed' })
      assert.equal((await sandbox.control.requests()).length, 12)
    })
  }

  test('stays closed when callers end their calls, or their files are gone', async (t) => {
    const controllers = [new AbortController(), new AbortController(), new AbortController()]
    const { baseUrl, seen } = await startRawServer(t, () => controllers[seen.length - 1]?.abort())
    const { client } = openClient(t, { baseUrl, breakerFailures: 2 })
    for (const { signal } of controllers) {
      assert.equal((await failureOf(client.findIncident(1, { signal }))).kind, 'aborted')
      const file = { path: '/nowhere/at/all', filename: 'a', contentType: 'text/plain', size: 1 }
      assert.equal((await failureOf(client.createIncident(newIncident, [file]))).kind, 'unreadable_file')
    }
    assert.deepEqual(client.state(), { reads: 'closed', creates: 'closed' })
  })

  test('counts failures in a row: an answer in between begins anew', async (t) => {
    const statuses = [500, 500, 428, 500, 500, 200, 500, 500]
    const { baseUrl } = await startRawServer(t, (response, _request, number) =>
      answerJson(response, statuses[number - 1] ?? 200, { id: number }),
    )
    const { client } = openClient(t, { baseUrl, ...pinned, breakerFailures: 3 })
    for (const _ of statuses) await client.createIncident(newIncident, []).catch(() => undefined)
    assert.equal(client.state().creates, 'closed')
  })

  test('does not let failing creates stop reads, nor failing reads stop creates', async (t) => {
    const sandbox = await openSandbox(t)
    const options = { ...pinned, breakerFailures: 1, breakerResetMs: never }
    const { client } = openClient(t, { baseUrl: sandbox.url, ...options })
    await sandbox.control.setFaults([{ route: 'POST incident', fault: { type: 'status', status: 500 } }])
    await failureOf(client.createIncident(newIncident, []))
    assert.equal((await failureOf(client.createIncident(newIncident, []))).code, 'circuit_open')
    await client.ping(10_000)

    const { client: another } = openClient(t, { baseUrl: sandbox.url, ...options })
    await sandbox.control.setFaults([{ route: 'GET incident', fault: { type: 'status', status: 500 } }])
    await failureOf(another.findIncident(1))
    assert.equal((await failureOf(another.ping(10_000))).code, 'circuit_open')
    await another.createIncident(newIncident, [])
  })

  test('ends the repeats of the read that opens it', async (t) => {
    const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 503, {}))
    const { client } = openClient(t, { baseUrl, breakerFailures: 2, breakerResetMs: never })
    assert.equal((await failureOf(client.findIncident(5))).code, 'circuit_open')
    assert.equal(seen.length, 2)
  })

  test('lets exactly one of 50 callers through as a probe, and closes when that is answered', async (t) => {
    const held: ServerResponse[] = []
    const { baseUrl, seen } = await startRawServer(t, (response, _request, number) => {
      if (number === 1) answerJson(response, 500, {})
      else if (number === 2) held.push(response)
      else answerJson(response, 200, { id: number })
    })
    const options = { ...pinned, breakerFailures: 1, breakerResetMs: 50 }
    const { client, lines } = openClient(t, { baseUrl, ...options })
    await failureOf(client.createIncident(newIncident, []))
    await pollUntil('half-open', () => client.state().creates === 'half-open' || undefined)

    const callers = Array.from({ length: 50 }, () => client.createIncident(newIncident, []))
    const [probe, ...others] = callers
    for (const other of others) {
      const { effect, code, retryAfterMs } = await failureOf(other)
      assert.deepEqual([effect, code], ['none', 'circuit_open'])
      assert.ok(retryAfterMs !== null && retryAfterMs > 0)
    }
    const response = await pollUntil('the probe', () => held[0])
    assert.equal(seen.length, 2)
    answerJson(response, 200, { id: 7 })
    assert.equal((await probe)?.id, 7)

    assert.equal(client.state().creates, 'closed')
    await Promise.all(Array.from({ length: 20 }, () => client.createIncident(newIncident, [])))
    assert.equal(seen.length, 22)
    const states = lines.filter(({ message }) => message === 'invgate circuit')
    assert.deepEqual(
      states.map(({ level, details }) => [level, details.compartment, details.state]),
      [
        ['warn', 'creates', 'open'],
        ['info', 'creates', 'half-open'],
        ['info', 'creates', 'closed'],
      ],
    )
  })

  test('opens again when the probe fails, of which a read makes one request', async (t) => {
    const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 503, {}))
    const { client } = openClient(t, { baseUrl, breakerFailures: 1, breakerResetMs: 1000 })
    for (const requests of [1, 2]) {
      await failureOf(client.ping(10_000))
      assert.equal(client.state().reads, 'open')
      assert.equal(seen.length, requests)
      await pollUntil('half-open', () => client.state().reads === 'half-open' || undefined)
    }
  })

  test('opens again when its probe proves nothing', async (t) => {
    const controller = new AbortController()
    const { baseUrl } = await startRawServer(t, (response, _request, number) => {
      if (number === 1) answerJson(response, 503, {})
      else controller.abort()
    })
    const { client } = openClient(t, { baseUrl, breakerFailures: 1, breakerResetMs: 50 })
    await failureOf(client.ping(10_000))
    await pollUntil('half-open', () => client.state().reads === 'half-open' || undefined)
    await failureOf(client.findIncident(1, { signal: controller.signal }))
    assert.equal(client.state().reads, 'open')
  })

  test('is closed by a probe that InvGate rejects', async (t) => {
    const { baseUrl } = await startRawServer(t, (response, _request, number) =>
      answerJson(response, number === 1 ? 503 : 428, {}),
    )
    const { client } = openClient(t, { baseUrl, ...pinned, breakerFailures: 1, breakerResetMs: 50 })
    await failureOf(client.createIncident(newIncident, []))
    await pollUntil('half-open', () => client.state().creates === 'half-open' || undefined)
    assert.equal((await failureOf(client.createIncident(newIncident, []))).kind, 'rejected')
    assert.equal(client.state().creates, 'closed')
  })

  for (const status of [200, 500]) {
    test(`is not moved by a late ${status} to what was sent before it opened`, async (t) => {
      const held: ServerResponse[] = []
      const { baseUrl } = await startRawServer(t, (response, _request, number) => {
        if (number === 1) held.push(response)
        else answerJson(response, number === 2 ? 500 : 200, { id: number })
      })
      const { client } = openClient(t, { baseUrl, ...pinned, breakerFailures: 1, breakerResetMs: 50 })
      const late = client.createIncident(newIncident, []).catch(() => undefined)
      const response = await pollUntil('the first request', () => held[0])
      await failureOf(client.createIncident(newIncident, []))
      await pollUntil('half-open', () => client.state().creates === 'half-open' || undefined)
      // While it waits for its probe, and after that has closed it.
      if (status === 200) {
        answerJson(response, status, { id: 9 })
        await late
        assert.equal(client.state().creates, 'half-open')
      }
      await client.createIncident(newIncident, [])
      if (status === 500) {
        answerJson(response, status, {})
        await late
      }
      assert.equal(client.state().creates, 'closed')
    })
  }

  test('tells when to come back, at a time of its own for each replica', async (t) => {
    const { baseUrl } = await startRawServer(t, (response) => answerJson(response, 503, {}))
    const waits = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { client } = openClient(t, { baseUrl, ...pinned, breakerFailures: 1, breakerResetMs: 100_000 })
        await failureOf(client.createIncident(newIncident, []))
        return (await failureOf(client.createIncident(newIncident, []))).retryAfterMs ?? 0
      }),
    )
    // Some of it may have passed already.
    for (const wait of waits) assert.ok(wait > 90_000 && wait <= 150_000, String(wait))
    assert.ok(Math.max(...waits) - Math.min(...waits) > 5000)
  })
})
