import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerJson, startRawServer } from './raw-server.ts'
import { openSandbox } from './sandbox.ts'
import { credentials, failureOf, newIncident, openClient } from './test-client.ts'

const basic = Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')

test('the comments of an incident are listed as they are', async (t) => {
  const sandbox = await openSandbox(t, { clock: () => Date.UTC(2026, 2, 1, 8) })
  const { client } = openClient(t, { baseUrl: sandbox.url })
  const { id } = await client.createIncident(newIncident, [])
  assert.deepEqual(await client.listComments(id), [])
  const comment = async (fields: object) => {
    const response = await fetch(new URL('incident.comment', sandbox.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Basic ${basic}` },
      body: JSON.stringify({ request_id: id, author_id: 3, ...fields }),
    })
    assert.equal(response.status, 200)
  }
  await comment({ comment: 'Seen', customer_visible: 0 })
  await comment({ comment: 'Put out', customer_visible: 1, is_solution: 1 })

  const found = await client.listComments(id)
  const createdAt = new Date('2026-03-01T08:00:00Z')
  const common = { incidentId: id, authorId: 3, createdAt, attachmentIds: [] }
  assert.deepEqual(
    found.map(({ raw, id: _, ...rest }) => rest),
    [
      { ...common, message: 'Seen', customerVisible: false, isSolution: false },
      { ...common, message: 'Put out', customerVisible: true, isSolution: true },
    ],
  )
  assert.deepEqual(
    found.map(({ id: found, raw }) => found === raw.id && raw.msg_num),
    [1, 2],
  )
})

test('strings, booleans, ISO dates and comments by id are read; who may see it is not guessed', async (t) => {
  const answer = {
    4: { comment: 'A', author_id: '9', customer_visible: '1', created_at: '2026-01-01T00:00:00Z' },
    5: {
      id: '5',
      message: 'B',
      customer_visible: true,
      is_solution: 'maybe',
      attached_files: ['3', { id: 4 }],
    },
    6: { message: 'C' },
  }
  const { baseUrl } = await startRawServer(t, (response) => answerJson(response, 200, answer))
  const { client } = openClient(t, { baseUrl })
  const found = await client.listComments(7)
  assert.deepEqual(
    found.map(({ id, message, authorId, customerVisible, isSolution, attachmentIds }) => [
      ...[id, message, authorId, customerVisible, isSolution],
      attachmentIds,
    ]),
    [
      [4, 'A', 9, true, false, []],
      [5, 'B', null, true, false, [3, 4]],
      [6, 'C', null, false, false, []],
    ],
  )
  assert.deepEqual(found[0]?.createdAt, new Date('2026-01-01T00:00:00Z'))
})

test('the comments of an incident that does not exist are rejected, and an unreadable one is a bad answer', async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url })
  assert.equal((await failureOf(client.listComments(999))).kind, 'rejected')
  const { baseUrl } = await startRawServer(t, (response) => answerJson(response, 200, [{ message: 'x' }]))
  const { client: another } = openClient(t, { baseUrl })
  assert.equal((await failureOf(another.listComments(1))).kind, 'bad_answer')
})
