import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { answerJson, listen, startRawServer } from './raw-server.ts'
import { failureOf, newIncident, openClient } from './test-client.ts'

const html = '<html><body><h1>It works!</h1></body></html>'

type Case = {
  when: string
  respond: (response: ServerResponse) => void
  kind: string
  effect: 'none' | 'denied' | 'possible'
  statusCode: number | null
  message?: string
}

const json =
  (statusCode: number, body: unknown, headers?: Record<string, string>) => (response: ServerResponse) =>
    answerJson(response, statusCode, body, headers)

const text =
  (statusCode: number, body: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response.writeHead(statusCode, headers).end(body)

const cutOff = (statusCode: number, begun: string) => (response: ServerResponse) => {
  response.writeHead(statusCode, { 'content-length': '1000' })
  response.write(begun, () => response.destroy())
}

const cutOffChunked = (response: ServerResponse) => {
  response.writeHead(200)
  response.write('{"status":"OK","request_id":5}', () => response.destroy())
}

const endless = (response: ServerResponse) => {
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}

const bomb = (response: ServerResponse) =>
  response
    .writeHead(200, { 'content-encoding': 'br' })
    .end(brotliCompressSync(Buffer.alloc(17 * 1024 * 1024, ' ')))

const cases: Case[] = [
  {
    when: 'parameters are refused with 428',
    respond: json(428, { error: 'category_id is missing', status: 428 }),
    kind: 'rejected',
    effect: 'none',
    statusCode: 428,
    message: 'category_id is missing',
  },
  {
    when: 'InvGate says ERROR with HTTP 200',
    respond: json(200, { status: 'ERROR', info: 'The category is closed' }),
    kind: 'rejected',
    effect: 'denied',
    statusCode: 200,
    message: 'The category is closed',
  },
  {
    when: 'InvGate says ERROR and names an id all the same',
    respond: json(200, { status: 'ERROR', info: 'Attachment lost', request_id: 9 }),
    kind: 'rejected',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'the credentials are refused with 401',
    respond: json(401, {}),
    kind: 'unauthorized',
    effect: 'none',
    statusCode: 401,
  },
  {
    when: 'the rights are refused with 403',
    respond: text(403, html),
    kind: 'unauthorized',
    effect: 'none',
    statusCode: 403,
  },
  {
    when: 'a proxy finds the upload too large',
    respond: text(413, html),
    kind: 'rejected',
    effect: 'none',
    statusCode: 413,
  },
  {
    when: 'there are too many requests',
    respond: json(429, { error: 'Too many requests' }),
    kind: 'rate_limited',
    effect: 'none',
    statusCode: 429,
    message: 'Too many requests',
  },
  {
    when: 'a refusal is cut off',
    respond: cutOff(428, '{"error":'),
    kind: 'rejected',
    effect: 'none',
    statusCode: 428,
  },
  {
    when: 'InvGate fails with 500',
    respond: json(500, { message: 'Database gone' }),
    kind: 'unavailable',
    effect: 'possible',
    statusCode: 500,
    message: 'Database gone',
  },
  {
    when: 'a gateway fails with HTML',
    respond: text(502, html),
    kind: 'unavailable',
    effect: 'possible',
    statusCode: 502,
    message: 'InvGate is not available',
  },
  {
    when: 'the answer is HTML',
    respond: text(200, html),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
    message: 'InvGate gave an answer that cannot be understood',
  },
  {
    when: 'the answer is empty',
    respond: text(201, ''),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 201,
  },
  {
    when: 'there is no content',
    respond: (response) => response.writeHead(204).end(),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 204,
  },
  {
    when: 'the answer has no id',
    respond: json(200, { status: 'OK', info: 'created' }),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'the id is no id',
    respond: json(200, { status: 'OK', request_id: '12abc' }),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'the answer is a list',
    respond: json(200, [{ id: 4 }]),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'the answer is shorter than announced',
    respond: cutOff(200, '{"status":"OK","request_id":5}'),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'a chunked answer breaks off after what looks whole',
    respond: cutOffChunked,
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'the JSON stops half-way',
    respond: text(200, '{"status":"OK","request_'),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'the answer never ends',
    respond: endless,
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: null,
  },
  {
    when: 'the answer is small and unpacks to something huge',
    respond: bomb,
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'the compression is broken',
    respond: text(200, 'not brotli at all', { 'content-encoding': 'br' }),
    kind: 'bad_answer',
    effect: 'possible',
    statusCode: 200,
  },
  {
    when: 'the connection is reset before the answer',
    respond: (response) => response.socket?.resetAndDestroy(),
    kind: 'unreachable',
    effect: 'possible',
    statusCode: null,
  },
  {
    when: 'the connection closes without a word',
    respond: (response) => response.destroy(),
    kind: 'unreachable',
    effect: 'possible',
    statusCode: null,
  },
  {
    when: 'what comes back is not HTTP',
    respond: (response) => response.socket?.end('220 mail.example.com ESMTP\r\n'),
    kind: 'unreachable',
    effect: 'possible',
    statusCode: null,
  },
]

for (const { when, respond, kind, effect, statusCode, message } of cases) {
  test(`a create says ${kind}, effect ${effect}, when ${when}, and is sent once`, async (t) => {
    const { baseUrl, seen } = await startRawServer(t, respond)
    const { client } = openClient(t, { baseUrl })
    const failure = await failureOf(client.createIncident(newIncident, []))
    assert.deepEqual({ kind: failure.kind, effect: failure.effect }, { kind, effect })
    if (statusCode !== null) assert.equal(failure.statusCode, statusCode)
    if (message !== undefined) assert.equal(failure.message, message)
    assert.equal(seen.length, 1)
  })
}

test('a create says timeout with a possible effect when no answer begins', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, () => {})
  const { client } = openClient(t, { baseUrl, timeoutMs: 150 })
  const failure = await failureOf(client.createIncident(newIncident, []))
  assert.equal(failure.kind, 'timeout')
  assert.equal(failure.effect, 'possible')
  assert.equal(failure.statusCode, null)
  assert.equal(seen.length, 1)
})

test('an answer that dribbles does not outlive the total time', async (t) => {
  const { baseUrl } = await startRawServer(t, (response) => {
    response.writeHead(200)
    const dribble = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(dribble))
  })
  const { client } = openClient(t, { baseUrl, timeoutMs: 200 })
  const failure = await failureOf(client.createIncident(newIncident, []))
  assert.equal(failure.kind, 'timeout')
  assert.equal(failure.effect, 'possible')
  assert.equal(failure.statusCode, 200)
})

test('a refused connection has no effect', async (t) => {
  const server = createServer()
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
  const { client } = openClient(t, { baseUrl: `http://127.0.0.1:${port}/api/v1` })
  const failure = await failureOf(client.createIncident(newIncident, []))
  assert.deepEqual(
    { kind: failure.kind, effect: failure.effect, code: failure.code, message: failure.message },
    { kind: 'unreachable', effect: 'none', code: 'ECONNREFUSED', message: 'InvGate cannot be reached' },
  )
})

test('a name that does not resolve has no effect', async (t) => {
  const { client } = openClient(t, { baseUrl: 'http://desk.invalid/api/v1/' })
  const failure = await failureOf(client.createIncident(newIncident, []))
  assert.deepEqual({ kind: failure.kind, effect: failure.effect }, { kind: 'unreachable', effect: 'none' })
})

test('a failed TLS handshake has no effect', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, json(200, { id: 1 }))
  const { client } = openClient(t, { baseUrl: baseUrl.replace('http:', 'https:') })
  const failure = await failureOf(client.createIncident(newIncident, []))
  assert.deepEqual({ kind: failure.kind, effect: failure.effect }, { kind: 'unreachable', effect: 'none' })
  assert.equal(seen.length, 0)
})

test('a time-out in the TLS handshake has no effect', async (t) => {
  const port = await listen(t, createSilentServer())
  const { client } = openClient(t, { baseUrl: `https://127.0.0.1:${port}/`, timeoutMs: 150 })
  const failure = await failureOf(client.createIncident(newIncident, []))
  assert.deepEqual({ kind: failure.kind, effect: failure.effect }, { kind: 'timeout', effect: 'none' })
})

function createSilentServer() {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.resume()
  })
  return server
}

for (const [statusCode, effect] of [
  [301, 'none'],
  [302, 'none'],
  [303, 'possible'],
  [307, 'none'],
  [308, 'none'],
] as const) {
  test(`a create does not follow a ${statusCode}, effect ${effect}`, async (t) => {
    const elsewhere = await startRawServer(t, json(200, { id: 1 }))
    const { baseUrl, seen } = await startRawServer(t, json(statusCode, {}, { location: elsewhere.baseUrl }))
    const { client } = openClient(t, { baseUrl })
    const failure = await failureOf(client.createIncident(newIncident, []))
    assert.deepEqual(
      { kind: failure.kind, effect: failure.effect, statusCode: failure.statusCode },
      { kind: 'bad_answer', effect, statusCode },
    )
    assert.equal(seen.length, 1)
    assert.equal(elsewhere.seen.length, 0)
  })
}

test('a create of a user has the same effects as a create of an incident', async (t) => {
  const { baseUrl, seen } = await startRawServer(t, (response, _request, number) =>
    number === 1 ? answerJson(response, 503, {}) : answerJson(response, 428, {}),
  )
  const { client } = openClient(t, { baseUrl })
  const user = { name: 'Ada', lastname: 'Byron', email: 'ada@example.com' }
  assert.equal((await failureOf(client.createUser(user))).effect, 'possible')
  assert.equal((await failureOf(client.createUser(user))).effect, 'none')
  assert.equal(seen.length, 2)
})

test('a read never has an effect, whatever happens', async (t) => {
  const { baseUrl } = await startRawServer(t, (response, _request, number) => {
    if (number === 1) text(200, html)(response)
    if (number === 2) cutOff(200, '{')(response)
  })
  const { client } = openClient(t, { baseUrl, timeoutMs: 300 })
  for (const kind of ['bad_answer', 'bad_answer', 'timeout']) {
    const failure = await failureOf(client.findIncident(1))
    assert.deepEqual({ kind: failure.kind, effect: failure.effect }, { kind, effect: 'none' })
  }
})
