import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { suite, test } from 'node:test'
import { answerJson, startRawServer } from './raw-server.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

const troubles: Record<string, (response: ServerResponse) => void> = {
  'a reset': (response) => response.socket?.resetAndDestroy(),
  'a 503': (response) => answerJson(response, 503, {}),
  'a 429': (response) => answerJson(response, 429, {}),
  'a 429 with a short Retry-After': (response) => answerJson(response, 429, {}, { 'retry-after': '0' }),
}

suite('repeats', { concurrency: true }, () => {
  for (const [trouble, respond] of Object.entries(troubles)) {
    test(`a read survives ${trouble} twice`, async (t) => {
      const { baseUrl, seen } = await startRawServer(t, (response, _request, number) =>
        number <= 2 ? respond(response) : answerJson(response, 200, { id: 5 }),
      )
      const { client, lines } = openClient(t, { baseUrl })
      assert.equal((await client.findIncident(5))?.id, 5)
      assert.equal(seen.length, 3)
      assert.deepEqual(
        lines.map(({ details }) => details.attempt),
        [1, 2, 3],
      )
    })

    test(`a read gives up after ${trouble} three times`, async (t) => {
      const { baseUrl, seen } = await startRawServer(t, respond)
      const { client } = openClient(t, { baseUrl })
      await failureOf(client.findIncident(5))
      assert.equal(seen.length, 3)
    })

    test(`a create is not repeated after ${trouble}`, async (t) => {
      const { baseUrl, seen } = await startRawServer(t, respond)
      const { client } = openClient(t, { baseUrl })
      await failureOf(client.createIncident(newIncident, []))
      assert.equal(seen.length, 1)
    })
  }

  test('a read is not repeated when InvGate refuses it', async (t) => {
    const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 428, {}))
    const { client } = openClient(t, { baseUrl })
    assert.equal((await failureOf(client.findIncident(5))).kind, 'rejected')
    assert.equal(seen.length, 1)
  })

  test('a read waits as long as Retry-After says', async (t) => {
    const times: number[] = []
    const { baseUrl } = await startRawServer(t, (response, _request, number) => {
      times.push(performance.now())
      if (number === 1) answerJson(response, 429, {}, { 'retry-after': '1' })
      else answerJson(response, 200, { id: 5 })
    })
    const { client } = openClient(t, { baseUrl })
    await client.findIncident(5)
    const [first = 0, second = 0] = times
    assert.ok(second - first >= 990)
  })

  for (const [title, retryAfter, timeoutMs] of [
    ['that is long', '60', 120_000],
    ['that does not fit into the total time', '3', 1000],
  ] as const) {
    test(`a read leaves a Retry-After ${title} to the caller`, async (t) => {
      const { baseUrl, seen } = await startRawServer(t, (response) =>
        answerJson(response, 429, { error: 'Too many requests' }, { 'retry-after': retryAfter }),
      )
      const { client } = openClient(t, { baseUrl, timeoutMs })
      const failure = await failureOf(client.findIncident(5))
      assert.equal(failure.kind, 'rate_limited')
      assert.equal(failure.retryAfterMs, Number(retryAfter) * 1000)
      assert.equal(seen.length, 1)
    })
  }

  test('a create tells the Retry-After it was given, as seconds or as a date', async (t) => {
    const date = new Date(Date.now() + 120_000).toUTCString()
    const { baseUrl } = await startRawServer(t, (response, _request, number) =>
      answerJson(response, number === 1 ? 429 : 503, {}, { 'retry-after': number === 1 ? '7' : date }),
    )
    const { client } = openClient(t, { baseUrl })
    assert.equal((await failureOf(client.createIncident(newIncident, []))).retryAfterMs, 7000)
    const { client: another } = openClient(t, { baseUrl })
    const { retryAfterMs } = await failureOf(another.createIncident(newIncident, []))
    assert.ok(retryAfterMs !== null && retryAfterMs > 100_000 && retryAfterMs <= 120_000)
  })

  test('repeats of a read share its total time', async (t) => {
    const { baseUrl, seen } = await startRawServer(t, (response, _request, number) => {
      if (number === 1) answerJson(response, 503, {})
    })
    const { client } = openClient(t, { baseUrl, timeoutMs: 60_000 })
    const startedAt = performance.now()
    const failure = await failureOf(client.findIncident(5, { timeoutMs: 1000 }))
    assert.equal(failure.kind, 'timeout')
    assert.equal(seen.length, 2)
    assert.ok(performance.now() - startedAt < 5000)
  })

  test("a read ends with the caller's signal", async (t) => {
    const controller = new AbortController()
    const { baseUrl, seen } = await startRawServer(t, () => controller.abort())
    const { client } = openClient(t, { baseUrl })
    const failure = await failureOf(client.findIncident(5, { signal: controller.signal }))
    assert.equal(failure.kind, 'aborted')
    assert.equal(seen.length, 1)
  })
})
