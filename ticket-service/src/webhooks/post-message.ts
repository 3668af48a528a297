import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { AddressRefused, createGuardedLookup } from './guarded-lookup.ts'
import { isPublicAddress } from './public-address.ts'
import { hostOf } from './webhook-url.ts'

export type Message = { headers: Record<string, string>; body: string }
export type Answer = { status: number; retryAfter: string | null }

/** Sends one message once, in bounded time. @throws Error when no answer began: AddressRefused where none may be asked for */
export type PostMessage = (url: string, message: Message) => Promise<Answer>

type Options = { allowPrivateAddresses: boolean; timeoutMs?: number; lookup?: LookupFunction }

/** Of an answer nobody reads more than its status; so much of the rest is heard out, for the sake of who sends it. */
const mostAnswerBytes = 16 * 1024

/** By a connection of its own. Redirects are not followed, and of the environment's proxies none is used. */
export function createPostMessage(options: Options): PostMessage {
  const { allowPrivateAddresses, timeoutMs = 10_000, lookup = createGuardedLookup() } = options
  const guard = allowPrivateAddresses ? {} : { lookup }

  return async (text, { headers, body }) => {
    const url = new URL(text)
    const host = hostOf(url)
    // No look-up is made for what is an address already.
    if (!allowPrivateAddresses && isIP(host) !== 0 && !isPublicAddress(host)) throw new AddressRefused()
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await send(url, body, { method: 'POST', headers, agent: false, signal, ...guard })
    await hearOut(answer)
    return { status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] ?? null }
  }
}

function send(url: URL, body: string, options: RequestOptions): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(url, options, resolve)
    sent.on('error', reject)
    sent.end(body)
  })
}

/** That an answer breaks off changes nothing: its status was there. */
async function hearOut(answer: IncomingMessage): Promise<void> {
  let bytes = 0
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.byteLength
      if (bytes > mostAnswerBytes) break
    }
  } catch {
  } finally {
    answer.destroy()
  }
}
