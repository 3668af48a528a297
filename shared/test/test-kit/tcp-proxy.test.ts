import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'node:test'
import { pollUntil } from '../../src/test-kit/poll-until.ts'
import { startTcpProxy } from '../../src/test-kit/tcp-proxy.ts'

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

test('a proxy that is closed while ends are being passed on leaves no socket behind', async () => {
  const before = sockets()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {})
    socket.end('said, and not another word')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address !== 'string')
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: address.port })
  const clients = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const client = connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true })
      client.on('error', () => {})
      await once(client, 'connect')
      return client
    }),
  )
  await Promise.all(clients.map((client) => once(client, 'data')))
  await proxy.close()
  for (const client of clients) client.destroy()
  server.close()
  await pollUntil('no socket is left', () => sockets() <= before || undefined)
})
