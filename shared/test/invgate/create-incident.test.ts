import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerJson, startRawServer } from './raw-server.ts'
import { createsSeen, openSandbox } from './sandbox.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

const wireFields = {
  source_id: 8,
  creator_id: 1,
  customer_id: 1,
  category_id: 1,
  type_id: 1,
  priority_id: 3,
  title: 'Printer on fire',
  description: 'Smoke on floor 2',
}

test('an incident is created on incidents, with the full ticket as payload', async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url })
  const created = await client.createIncident(newIncident, [])
  const [kept] = await sandbox.control.incidents()
  assert.equal(created.id, kept?.id)
  assert.equal(created.payload.id, created.id)
  assert.equal(created.payload.title, newIncident.title)
  assert.deepEqual(await createsSeen(sandbox), ['POST incidents'])
  assert.deepEqual(
    [kept?.title, kept?.description, kept?.priority_id, kept?.user_id, kept?.source_id],
    ['Printer on fire', 'Smoke on floor 2', 3, 1, 8],
  )
})

for (const refusal_status of [404, 405] as const) {
  test(`after a ${refusal_status} on incidents an incident is created on incident, which is remembered`, async (t) => {
    const sandbox = await openSandbox(t)
    await sandbox.control.settings({ create_shape: 'incident-only', refusal_status })
    const { client } = openClient(t, { baseUrl: sandbox.url })
    const created = [
      await client.createIncident(newIncident, []),
      await client.createIncident(newIncident, []),
    ]
    const kept = await sandbox.control.incidents()
    assert.deepEqual(
      created.map(({ id }) => id),
      kept.map(({ id }) => id),
    )
    assert.deepEqual(created[0]?.payload, {
      status: 'OK',
      info: 'Request created',
      request_id: kept[0]?.id,
    })
    assert.deepEqual(await createsSeen(sandbox), ['POST incidents', 'POST incident', 'POST incident'])
  })
}

for (const [incidentPath, create_shape] of [
  ['incident', 'both'],
  ['incidents', 'incident-only'],
] as const) {
  test(`a pinned ${incidentPath} is the only path used`, async (t) => {
    const sandbox = await openSandbox(t)
    await sandbox.control.settings({ create_shape })
    const { client } = openClient(t, { baseUrl: sandbox.url, incidentPath })
    const outcome = client.createIncident(newIncident, [])
    if (create_shape === 'both') await outcome
    else assert.equal((await failureOf(outcome)).statusCode, 404)
    assert.deepEqual(await createsSeen(sandbox), [`POST ${incidentPath}`])
  })
}

test('where neither path exists nothing is remembered, and the failure has no effect', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 404, { error: 'No' }))
  const { client } = openClient(t, { baseUrl })
  for (let round = 0; round < 2; round += 1) {
    const failure = await failureOf(client.createIncident(newIncident, []))
    assert.deepEqual(
      { statusCode: failure.statusCode, effect: failure.effect },
      { statusCode: 404, effect: 'none' },
    )
  }
  const paths = seen.map(({ url }) => url.split('/').at(-1))
  assert.deepEqual(paths, ['incidents', 'incident', 'incidents', 'incident'])
})

test('the path is remembered even if the first create on it is refused', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response, _request, number) => {
    if (number === 1) response.writeHead(404).end('<html>not here</html>')
    else answerJson(response, number === 2 ? 428 : 200, { request_id: '77' })
  })
  const { client } = openClient(t, { baseUrl })
  assert.equal((await failureOf(client.createIncident(newIncident, []))).statusCode, 428)
  assert.equal((await client.createIncident(newIncident, [])).id, 77)
  const paths = seen.map(({ url }) => url.split('/').at(-1))
  assert.deepEqual(paths, ['incidents', 'incident', 'incident'])
})

for (const answer of [
  { id: 42 },
  { id: '42' },
  { status: 'OK', info: 'done', request_id: 42 },
  { status: 'OK', request_id: '42' },
  { incident_id: '42', unknown: { kept: [1] } },
  { id: null, request_id: 42 },
]) {
  test(`the id is read from ${JSON.stringify(answer)}, which is handed on untouched`, async (t) => {
    const { baseUrl } = await startRawServer(t, (response) => answerJson(response, 200, answer))
    const { client } = openClient(t, { baseUrl })
    assert.deepEqual(await client.createIncident(newIncident, []), { id: 42, payload: answer })
  })
}

test('an answer as PHP writes it, with a byte order mark and as text/html, is read', async (t) => {
  const { baseUrl } = await startRawServer(t, (response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('\uFEFF{"request_id":"42"}\n'),
  )
  const { client } = openClient(t, { baseUrl })
  assert.equal((await client.createIncident(newIncident, [])).id, 42)
})

test('without files the body is JSON of known length, and an absent source is left out', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 200, { id: 1 }))
  const { client } = openClient(t, { baseUrl })
  const { sourceId: _, ...withoutSource } = newIncident
  await client.createIncident(newIncident, [])
  await client.createIncident(withoutSource, [])
  const { source_id: __, ...wireWithoutSource } = wireFields
  assert.deepEqual(
    seen.map(({ body }) => JSON.parse(body)),
    [wireFields, wireWithoutSource],
  )
  assert.equal(seen[0]?.headers['content-type'], 'application/json')
  assert.equal(seen[0]?.headers['content-length'], String(Buffer.byteLength(seen[0]?.body ?? '')))
  assert.equal(seen[0]?.headers.authorization, `Basic ${btoa('sandbox:sandbox')}`)
})
