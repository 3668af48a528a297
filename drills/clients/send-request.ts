import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Answer } from './ledger.ts'

export type Outgoing = { headers: Record<string, string>; body: Buffer }

export type Sending = Outgoing & {
  url: string
  stopped: AbortSignal
  upload?: SlowUpload
}

/** `onHalf` is called when the service has read the headers and the first half has left; the second waits for `rest`. */
export type SlowUpload = { onHalf(): void; rest: Promise<unknown> }

/** Longer than the service may take: a client that gives up first would tell nothing. */
const timeoutMs = 30_000

/**
 * One POST over a connection of its own, never repeated. A connection that was refused gives `null`: nothing was sent,
 * so another replica may be asked. Anything else that breaks is an answer without a status.
 */
export async function sendRequest({ url, headers, body, stopped, upload }: Sending): Promise<Answer | null> {
  const outgoing = request(url, {
    method: 'POST',
    agent: false,
    headers: { ...headers, ...(upload && { expect: '100-continue' }), 'content-length': body.length },
    signal: AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]),
  })
  const answered = once(outgoing, 'response').then(([response]: IncomingMessage[]) => readAnswer(response))
  try {
    if (upload === undefined) {
      outgoing.end(body)
    } else {
      const half = Math.floor(body.length / 2)
      outgoing.once('continue', () => outgoing.write(body.subarray(0, half), upload.onHalf))
      void upload.rest.then(() => outgoing.end(body.subarray(half)))
    }
    return await answered
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return code === 'ECONNREFUSED' ? null : { status: null, id: null, detail: code, retryAfterMs: null }
  }
}

async function readAnswer(response: IncomingMessage | undefined): Promise<Answer> {
  if (response === undefined) throw new Error('no response')
  const body = await text(response)
  const status = response.statusCode ?? null
  const seconds = Number(response.headers['retry-after'] ?? Number.NaN)
  return {
    status,
    id: idIn(body),
    ticketId: body.match(/"data":\{"id":"([0-9a-f-]{36})"/)?.[1],
    detail: status === 201 ? '' : codeIn(body),
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
  }
}

/** The code of an answer of ours, or as much of another as tells them apart. */
function codeIn(body: string): string {
  return body.match(/"code":"([^"]+)"/)?.[1] ?? body.slice(0, 100)
}

function idIn(body: string): number | null {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'number'
      ? value.id
      : null
  } catch {
    return null
  }
}
