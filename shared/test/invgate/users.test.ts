import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answerJson, startRawServer } from './raw-server.ts'
import { openSandbox } from './sandbox.ts'
import { failureOf, openClient } from './test-client.ts'

const ada = { name: 'Ada', lastname: 'Byron', email: 'ada+1@example.com' }

test('a user that was created is found by e-mail', async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url })
  const created = await client.createUser(ada)
  assert.deepEqual(created, { id: created.id, ...ada, username: ada.email })
  assert.deepEqual(await client.findUserByEmail(ada.email), created)
})

test('nobody is null, as InvGate says it with ERROR, with 404 or with an empty list', async (t) => {
  const { baseUrl } = await startRawServer(t, (response, _request, number) => {
    if (number === 1) answerJson(response, 200, { status: 'ERROR', info: 'User not found' })
    if (number === 2) answerJson(response, 404, { error: 'Not found', status: 404 })
    if (number === 3) answerJson(response, 200, [])
  })
  const { client } = openClient(t, { baseUrl })
  for (let round = 1; round <= 3; round += 1) assert.equal(await client.findUserByEmail(ada.email), null)
})

test('a user without an id is a bad answer, not nobody', async (t) => {
  const { baseUrl } = await startRawServer(t, (response) => answerJson(response, 200, { name: 'Ada' }))
  const { client } = openClient(t, { baseUrl })
  assert.equal((await failureOf(client.findUserByEmail(ada.email))).kind, 'bad_answer')
})

test("a taken e-mail is refused with InvGate's words, which are not taken as certain", async (t) => {
  const sandbox = await openSandbox(t)
  const { client } = openClient(t, { baseUrl: sandbox.url })
  await client.createUser(ada)
  const failure = await failureOf(client.createUser(ada))
  assert.deepEqual(
    { kind: failure.kind, effect: failure.effect, message: failure.message },
    { kind: 'rejected', effect: 'denied', message: 'The email is already in use' },
  )
})

test('a user is created with name, lastname and e-mail and never a password, and an answer with an id is enough', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 200, { id: '31' }))
  const { client } = openClient(t, { baseUrl })
  const person = { ...ada, password: 'not for InvGate' }
  assert.deepEqual(await client.createUser(person), { id: 31, ...ada, username: null })
  assert.deepEqual(JSON.parse(seen[0]?.body ?? ''), ada)
})
