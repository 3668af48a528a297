import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { pollUntil } from '../../src/test-kit/poll-until.ts'
import { answerJson, startRawServer } from './raw-server.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

suite('Retry-After', { concurrency: true }, () => {
  for (const status of [429, 503]) {
    test(`nobody calls before the time that a ${status} names is over`, async (t) => {
      const times: number[] = []
      const { baseUrl } = await startRawServer(t, (response, _request, number) => {
        times.push(performance.now())
        if (number === 1) answerJson(response, status, {}, { 'retry-after': '1' })
        else answerJson(response, 200, { id: 5 })
      })
      const { client } = openClient(t, { baseUrl, incidentPath: 'incident' })
      await failureOf(client.createIncident(newIncident, []))
      for (const call of [
        client.findIncident(5),
        client.createIncident(newIncident, []),
        client.ping(10_000),
      ]) {
        const { kind, effect, code, retryAfterMs } = await failureOf(call)
        assert.deepEqual([kind, effect, code], ['unavailable', 'none', 'retry_after'])
        assert.ok(retryAfterMs !== null && retryAfterMs > 0 && retryAfterMs <= 1000)
      }
      await pollUntil('the end of the pause', () =>
        client.findIncident(5).then(
          () => true,
          () => undefined,
        ),
      )
      const [first = 0, second = 0, ...more] = times
      assert.deepEqual(more, [])
      assert.ok(second - first >= 990, `${second - first} ms`)
      assert.deepEqual(client.state(), { reads: 'closed', creates: 'closed' })
    })
  }

  test('a time that lies beyond an hour is taken for an hour', async (t) => {
    const { baseUrl } = await startRawServer(t, (response) =>
      answerJson(response, 429, {}, { 'retry-after': '999999999' }),
    )
    const { client } = openClient(t, { baseUrl })
    await failureOf(client.findIncident(5))
    const { retryAfterMs } = await failureOf(client.findIncident(5))
    assert.ok(retryAfterMs !== null && retryAfterMs <= 3_600_000)
  })
})
