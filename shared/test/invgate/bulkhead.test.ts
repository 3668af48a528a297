import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { pollUntil } from '../../src/test-kit/poll-until.ts'
import { answerJson, startRawServer } from './raw-server.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

for (const [full, call, other] of [
  ['creates', 'createIncident', 'findIncident'],
  ['reads', 'findIncident', 'createIncident'],
] as const) {
  test(`beyond the places for ${full} a call fails at once, and the others are not starved`, async (t) => {
    const isHeld = { creates: 'POST', reads: 'GET' }[full]
    const held: ServerResponse[] = []
    const { baseUrl, seen } = await startRawServer(t, (response, request) => {
      if (request.method === isHeld && held.length < 3) held.push(response)
      else answerJson(response, 200, { id: 5 })
    })
    const places = { maxCreates: full === 'creates' ? 3 : 1, maxReads: full === 'reads' ? 3 : 1 }
    const { client } = openClient(t, { baseUrl, incidentPath: 'incident', ...places })
    const calls = {
      createIncident: () => client.createIncident(newIncident, []),
      findIncident: () => client.findIncident(5),
    }
    const underWay = [calls[call](), calls[call](), calls[call]()]
    await pollUntil('three calls under way', () => held.length === 3 || undefined)

    const { kind, effect, code } = await failureOf(calls[call]())
    assert.deepEqual([kind, effect, code], ['unavailable', 'none', 'too_many'])
    assert.equal(seen.length, 3)
    assert.equal((await calls[other]())?.id, 5)

    for (const response of held) answerJson(response, 200, { id: 5 })
    await Promise.all(underWay)
    assert.equal((await calls[call]())?.id, 5)
    assert.deepEqual(client.state(), { reads: 'closed', creates: 'closed' })
  })
}

test('a call that fails gives its place back', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 500, {}))
  const { client } = openClient(t, { baseUrl, incidentPath: 'incident', maxCreates: 1 })
  for (const requests of [1, 2, 3]) {
    await failureOf(client.createIncident(newIncident, []))
    assert.equal(seen.length, requests)
  }
})
