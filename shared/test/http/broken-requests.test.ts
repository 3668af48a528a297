import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { assertFailure } from '../../src/test-kit/assert-failure.ts'
import { startTestApp } from '../app/test-app.ts'

async function send(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.end(bytes, 'latin1')
  return text(socket)
}

function parse(raw: string) {
  const end = raw.indexOf('\r\n\r\n')
  const [start = '', ...lines] = raw.slice(0, end).split('\r\n')
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ', 2)))
  return { statusCode: Number(start.split(' ')[1]), headers, body: raw.slice(end + 4) }
}

test('what is no HTTP is answered on the socket in the one failure shape', async (t) => {
  const { app } = await startTestApp(t)
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const broken = [
    'hello\r\n\r\n',
    'GET /open HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n',
    'GET /open HTTP/9.9\r\nHost: x\r\n\r\n',
    'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n',
    'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00',
  ]
  for (const bytes of broken) {
    const answer = parse(await send(Number(port), bytes))
    assertFailure(answer, { status: 400, code: 'request.malformed', fields: null })
    assert.equal(answer.headers.connection, 'close')
  }
  const headers = `GET /open HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`
  assertFailure(parse(await send(Number(port), headers)), { status: 431, code: 'request.headers_too_large' })
  assert.equal((await app.inject('/open')).statusCode, 200)
})

test('a request that goes away half-way leaves the service well', async (t) => {
  const { app } = await startTestApp(t)
  const { port } = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"',
  )
  await new Promise((resolve) => app.server.once('request', resolve))
  socket.resetAndDestroy()
  const alive = await fetch(`http://127.0.0.1:${port}/open`)
  assert.equal(alive.status, 200)
})
