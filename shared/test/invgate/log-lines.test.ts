import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { answerJson, startRawServer } from './raw-server.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

const username = 'api-user-7'
const password = 'p4ss-Wort-Ω'
const basic = Buffer.from(`${username}:${password}`).toString('base64')

test('each request leaves one log line with method, path, status, duration, attempt and outcome', async (t) => {
  const { baseUrl } = await startRawServer(t, (response, _request, number) =>
    answerJson(response, number === 1 ? 404 : 200, { request_id: '41' }),
  )
  const { client, lines } = openClient(t, { baseUrl })
  await client.createIncident(newIncident, [])
  const [first, second, ...more] = lines.map(({ level, details: { durationMs, ...details } }) => {
    assert.equal(typeof durationMs, 'number')
    return { level, ...details }
  })
  assert.deepEqual(more, [])
  assert.equal(first?.level, 'warn')
  assert.deepEqual(second, {
    level: 'info',
    method: 'POST',
    path: 'incident',
    status: 200,
    attempt: 1,
    outcome: 'ok',
  })
})

test('neither log lines nor errors hold credentials, bodies or addresses', async (t) => {
  const { baseUrl } = await startRawServer(t, (response, request, number) => {
    if (number === 1) response.socket?.resetAndDestroy()
    else
      answerJson(response, 500, {
        error: `${request.headers.authorization} at ${request.headers.host} ${password}`,
      })
  })
  const { client, lines } = openClient(t, { baseUrl, username, password })
  const failures = [
    await failureOf(client.createIncident(newIncident, [])),
    await failureOf(client.createIncident(newIncident, [])),
    await failureOf(client.findUserByEmail('ada@example.com')),
  ]
  const written = inspect([lines, failures], { depth: null, showHidden: true })
  const host = new URL(baseUrl).host
  for (const secret of [
    basic,
    password,
    username,
    host,
    newIncident.title,
    newIncident.description,
    'ada@',
  ]) {
    assert.ok(!written.includes(secret), `${secret} is in ${written}`)
  }
})
