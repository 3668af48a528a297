import { type ClientRequest, Agent as HttpAgent, type IncomingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import got, { RequestError, UploadError } from 'got'
import type { Deadline } from './deadline.ts'
import { InvGateError } from './invgate-error.ts'
import type { RequestBody } from './request-body.ts'

export type InvGateRequest = {
  method: 'GET' | 'POST' | 'PUT'
  /** Relative to the base, such as `incidents`. */
  path: string
  query?: readonly (readonly [name: string, value: string])[]
  body?: RequestBody
}

/** An answer that began. `text` is null when its body did not arrive whole, and `ended` then says whether that was our doing. */
export type Answer = {
  statusCode: number
  headers: IncomingHttpHeaders
  text: string | null
  ended: 'timeout' | 'aborted' | null
}

export type Exchange = {
  /** Sends one request once. Fails with an InvGateError only when no answer began. */
  send(request: InvGateRequest, deadline: Deadline): Promise<Answer>
  close(): void
}

export type ExchangeOptions = { baseUrl: string; username: string; password: string }

/** 200 incidents with long descriptions stay well below it. */
const largestAnswerBytes = 16 * 1024 * 1024

/**
 * Servers close idle connections after 5 s or more. Leaving earlier keeps a create from being written into one that is just being
 * closed, which would break it without anybody knowing whether it was read. Where a server announces its own time, Node obeys that.
 */
const idleConnectionMs = 2000

/** One HTTP request to InvGate: Basic auth (RFC 7617), kept-alive connections, no redirects, no repeats, a bounded answer. */
export function createExchange({ baseUrl, username, password }: ExchangeOptions): Exchange {
  const agent = {
    http: new HttpAgent({ keepAlive: true, timeout: idleConnectionMs }),
    https: new HttpsAgent({ keepAlive: true, timeout: idleConnectionMs }),
  }
  const headers = {
    accept: 'application/json',
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    'user-agent': 'werk-ticketing',
  }
  const base = new URL(baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`)

  async function send(request: InvGateRequest, deadline: Deadline): Promise<Answer> {
    const url = new URL(request.path, base)
    for (const [name, value] of request.query ?? []) url.searchParams.append(name, value)
    const stream = got.stream(url, {
      method: request.method,
      headers: { ...headers, ...request.body?.headers },
      ...(request.body && { body: request.body.content }),
      agent,
      followRedirect: false,
      retry: { limit: 0 },
      signal: deadline.signal,
      throwHttpErrors: false,
    })
    const seen: { connected: boolean; answer: Omit<Answer, 'text' | 'ended'> | null } = {
      connected: false,
      answer: null,
    }
    stream.once('request', (sent: ClientRequest) =>
      onConnected(sent, () => {
        seen.connected = true
      }),
    )
    stream.once('response', ({ statusCode, headers }: Answer) => {
      seen.answer = { statusCode, headers }
    })
    // An upload that fails after its answer was read must not end the process as an unhandled 'error'.
    stream.on('error', () => {})
    try {
      const text = await readText(stream)
      if (seen.answer === null) throw new Error('the answer ended before it began')
      return { ...seen.answer, text, ended: null }
    } catch (error) {
      if (seen.answer !== null) return { ...seen.answer, text: null, ended: deadline.ended() }
      throw transportError(error, deadline, request.method !== 'GET' && seen.connected)
    } finally {
      // An early answer leaves an upload running.
      stream.destroy()
    }
  }

  return {
    send,
    close() {
      agent.http.destroy()
      agent.https.destroy()
    },
  }
}

/**
 * Nothing of a request is written before its connection stands, handshake included: until then it can have had no effect.
 * From then on nobody can tell how far it came, a reused connection that turns out to be closed included.
 */
function onConnected(request: ClientRequest, connected: () => void): void {
  request.once('socket', (socket: Socket) => {
    if (!socket.connecting) connected()
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected)
  })
}

async function readText(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.byteLength
    if (size > largestAnswerBytes) throw new Error('the answer is too large')
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function transportError(error: unknown, deadline: Deadline, mayHaveEffect: boolean): InvGateError {
  const effect = mayHaveEffect ? 'possible' : 'none'
  const code = error instanceof RequestError ? error.code : null
  const ended = deadline.ended()
  if (ended !== null) return new InvGateError(ended, { effect, code })
  if (error instanceof UploadError) return new InvGateError('unreadable_file', { effect, code })
  const message = effect === 'possible' ? 'The connection to InvGate broke' : null
  return new InvGateError('unreachable', { effect, code, message })
}
