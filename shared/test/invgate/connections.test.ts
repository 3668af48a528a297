import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { answerJson, listen, startRawServer } from './raw-server.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

test('calls one after another share a connection', async (t) => {
  const sockets = new Set<Socket>()
  const { baseUrl } = await startRawServer(t, (response, request, number) => {
    sockets.add(request.socket)
    answerJson(response, 200, { id: number })
  })
  const { client } = openClient(t, { baseUrl })
  for (let id = 1; id <= 3; id += 1) assert.equal((await client.createIncident(newIncident, [])).id, id)
  assert.equal(sockets.size, 1)
})

test('a create that meets a reused connection just closed says that it may have had an effect, and is not repeated', async (t) => {
  const sockets = new Set<Socket>()
  const { baseUrl, seen } = await startRawServer(t, (response, request, number) => {
    sockets.add(request.socket)
    if (number === 2) request.socket.resetAndDestroy()
    else answerJson(response, 200, { id: number })
  })
  const { client } = openClient(t, { baseUrl })
  await client.createIncident(newIncident, [])
  const failure = await failureOf(client.createIncident(newIncident, []))
  assert.deepEqual(
    { kind: failure.kind, effect: failure.effect },
    { kind: 'unreachable', effect: 'possible' },
  )
  assert.equal(sockets.size, 1)
  assert.equal(seen.length, 2)
  assert.equal((await client.createIncident(newIncident, [])).id, 3)
})

test('an idle connection is given up before a server would close it', { timeout: 10_000 }, async (t) => {
  const server = createServer({ keepAliveTimeout: 60_000 }, (_request, response) => {
    answerJson(response, 200, { id: 1 }, { 'keep-alive': 'timeout=60' })
  })
  const closed = new Promise<number>((resolve) => {
    server.once('connection', (socket) => {
      const openedAt = performance.now()
      socket.once('close', () => resolve(performance.now() - openedAt))
    })
  })
  const port = await listen(t, server)
  const { client } = openClient(t, { baseUrl: `http://127.0.0.1:${port}` })
  await client.createIncident(newIncident, [])
  assert.ok((await closed) < 5000)
})

test('closing the client closes its connections', { timeout: 1500 }, async (t) => {
  const closed = Promise.withResolvers<void>()
  const { baseUrl } = await startRawServer(t, (response, request) => {
    request.socket.once('close', () => closed.resolve())
    answerJson(response, 200, { id: 1 })
  })
  const { client } = openClient(t, { baseUrl })
  await client.createIncident(newIncident, [])
  client.close()
  await closed.promise
})

test('credentials written into the base URL are not used', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response) => answerJson(response, 200, { id: 1 }))
  const { client } = openClient(t, { baseUrl: baseUrl.replace('http://', 'http://other:secret@') })
  await client.createIncident(newIncident, [])
  assert.equal(seen[0]?.headers.authorization, `Basic ${btoa('sandbox:sandbox')}`)
})
