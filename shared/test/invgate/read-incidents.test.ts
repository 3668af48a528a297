import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerJson, startRawServer } from './raw-server.ts'
import { openSandbox } from './sandbox.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

test('an incident that was created is found as it is', async (t) => {
  const sandbox = await openSandbox(t, { clock: () => Date.UTC(2026, 2, 1, 8) })
  const { client } = openClient(t, { baseUrl: sandbox.url })
  const { id } = await client.createIncident(newIncident, [])
  const { raw, ...incident } = (await client.findIncident(id)) ?? assert.fail('not found')
  const now = new Date('2026-03-01T08:00:00Z')
  assert.deepEqual(incident, {
    id,
    prettyId: `#${id}`,
    title: 'Printer on fire',
    description: 'Smoke on floor 2',
    categoryId: 1,
    priorityId: 3,
    statusId: 1,
    typeId: 1,
    sourceId: 8,
    customerId: 1,
    creatorId: 1,
    assignedId: null,
    assignedGroupId: null,
    occurredAt: now,
    createdAt: now,
    lastUpdateAt: now,
    solvedAt: null,
    closedAt: null,
    attachmentIds: [],
  })
  assert.equal(raw.location_id, null)
})

test('an incident that does not exist is null, as InvGate says it with ERROR or with 404', async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url })
  assert.equal(await client.findIncident(999), null)
  await sandbox.control.setFaults([{ route: 'GET incident', fault: { type: 'status', status: 404 } }])
  assert.equal(await client.findIncident(999), null)
})

for (const [title, fault, kind] of [
  ['a 404 page of something in front of InvGate', { type: 'html', status: 404 }, 'bad_answer'],
  ['a refusal of the credentials', { type: 'status', status: 401 }, 'unauthorized'],
  ['a refusal of the parameters', { type: 'status', status: 428 }, 'rejected'],
  ['an outage', { type: 'status', status: 503 }, 'unavailable'],
] as const) {
  test(`${title} is not taken for an incident that does not exist`, async (t) => {
    const sandbox = await openSandbox(t)
    const { client } = openClient(t, { baseUrl: sandbox.url })
    await sandbox.control.setFaults([{ route: 'GET incident', fault }])
    assert.equal((await failureOf(client.findIncident(999))).kind, kind)
  })
}

test('another incident than the one asked for is a bad answer', async (t) => {
  const { baseUrl } = await startRawServer(t, (response) => answerJson(response, 200, { id: 8 }))
  const { client } = openClient(t, { baseUrl })
  assert.equal((await failureOf(client.findIncident(7))).kind, 'bad_answer')
})

test('numeric strings, ISO dates and fields of the wrong kind are read with tolerance', async (t) => {
  const answer = {
    id: '7',
    pretty_id: 12,
    title: 'T',
    description: { html: '' },
    status_id: '2',
    priority_id: 'high',
    user_id: '5',
    created_at: '1767225600',
    last_update: '2026-01-01T00:00:00Z',
    solved_at: 0,
    closed_at: '',
    attachments: ['3', { id: 4 }, 'x'],
    extra: true,
  }
  const { baseUrl } = await startRawServer(t, (response) => answerJson(response, 200, answer))
  const { client } = openClient(t, { baseUrl })
  const incident = (await client.findIncident(7)) ?? assert.fail('not found')
  const newYear = new Date('2026-01-01T00:00:00Z')
  assert.deepEqual(
    [incident.id, incident.prettyId, incident.title, incident.description, incident.statusId],
    [7, '12', 'T', null, 2],
  )
  assert.deepEqual(
    [incident.priorityId, incident.customerId, incident.createdAt, incident.lastUpdateAt],
    [null, 5, newYear, newYear],
  )
  assert.deepEqual([incident.solvedAt, incident.closedAt, incident.attachmentIds], [null, null, [3, 4]])
  assert.deepEqual(incident.raw, answer)
})

test('incidents are listed by id, each once, the unknown left out', async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url })
  const { id: first } = await client.createIncident(newIncident, [])
  const { id: second } = await client.createIncident(newIncident, [])
  const found = await client.listIncidents([first, second, first, 999])
  assert.deepEqual(found.map(({ id }) => id).sort(), [first, second])
  assert.deepEqual(await client.listIncidents([999]), [])
})

test('ids are asked for as ids[] in chunks of 200, and none without ids', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response, request) => {
    const asked = new URL(request.url ?? '', baseUrl).searchParams.getAll('ids[]')
    answerJson(response, 200, Object.fromEntries(asked.map((id) => [id, { title: id }])))
  })
  const { client } = openClient(t, { baseUrl })
  assert.deepEqual(await client.listIncidents([]), [])
  const ids = Array.from({ length: 450 }, (_, index) => index + 1)
  const found = await client.listIncidents(ids)
  assert.deepEqual(
    found.map(({ id }) => id),
    ids,
  )
  const asked = seen.map(({ url }) => new URL(url, baseUrl).searchParams.getAll('ids[]').length)
  assert.deepEqual(asked, [200, 200, 50])
})

test('an unreadable incident in a list is a bad answer, not a gap', async (t) => {
  const { baseUrl } = await startRawServer(t, (response) =>
    answerJson(response, 200, { status: 'OK', requests: { 7: { id: 7 } } }),
  )
  const { client } = openClient(t, { baseUrl })
  assert.equal((await failureOf(client.listIncidents([7]))).kind, 'bad_answer')
})

test('a read does not follow a redirect, so that credentials stay where they belong', async (t) => {
  const elsewhere = await startRawServer(t, (response) => answerJson(response, 200, { id: 7 }))
  const { baseUrl } = await startRawServer(t, (response) =>
    answerJson(response, 302, {}, { location: elsewhere.baseUrl }),
  )
  const { client } = openClient(t, { baseUrl })
  assert.equal((await failureOf(client.findIncident(7))).kind, 'bad_answer')
  assert.equal(elsewhere.seen.length, 0)
})
