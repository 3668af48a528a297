import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'

export type Call = {
  method: 'GET' | 'POST' | 'PATCH'
  path: string
  token?: string
  /** JSON */
  body?: object
  headers?: Record<string, string>
}

export type Answer = {
  /** null when the connection broke */
  status: number | null
  /** JSON, or null */
  body: unknown
  /** what the body or the broken connection says, briefly */
  detail: string
}

const timeoutMs = 30_000

/**
 * One request over a connection of its own, never repeated. A connection that was refused gives `null`: nothing was sent,
 * so another replica may be asked.
 */
export async function call(
  baseUrl: string,
  { method, path, token, body, headers }: Call,
): Promise<Answer | null> {
  const outgoing = request(`${baseUrl}${path}`, {
    method,
    agent: false,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    signal: AbortSignal.timeout(timeoutMs),
  })
  const answered = once(outgoing, 'response').then(([response]: IncomingMessage[]) => readAnswer(response))
  try {
    outgoing.end(body === undefined ? undefined : JSON.stringify(body))
    return await answered
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    return code === 'ECONNREFUSED' ? null : { status: null, body: null, detail: code }
  }
}

async function readAnswer(response: IncomingMessage | undefined): Promise<Answer> {
  if (response === undefined) throw new Error('no response')
  const answer = await text(response)
  const body = parse(answer)
  const code = valueAt(body, 'code')
  return {
    status: response.statusCode ?? null,
    body,
    detail: typeof code === 'string' ? code : answer.slice(0, 100),
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

/** What a JSON value has at a path of names, or undefined. */
export function valueAt(value: unknown, ...path: string[]): unknown {
  return path.reduce(
    (found, name) => (typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined),
    value,
  )
}

/** @throws when there is no text */
export function textAt(value: unknown, ...path: string[]): string {
  const found = valueAt(value, ...path)
  if (typeof found !== 'string') throw new Error(`an answer lacks ${path.join('.')}`)
  return found
}

/** @throws when there is no number */
export function numberAt(value: unknown, ...path: string[]): number {
  const found = valueAt(value, ...path)
  if (typeof found !== 'number') throw new Error(`an answer lacks ${path.join('.')}`)
  return found
}
