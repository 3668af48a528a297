import { once } from 'node:events'
import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refusalBody } from '../api/failures.ts'
import { routeName } from '../api/route-name.ts'
import type { Fault } from './fault.schemas.ts'
import type { FaultBook } from './fault-book.ts'

/** Lets the book's faults strike the calls of a scope: before the handler, or between its commit and the answer. */
export function injectFaults(api: FastifyInstance, book: FaultBook): void {
  const pending = new WeakMap<FastifyRequest, Fault>()

  api.addHook('preValidation', async (request, reply) => {
    const fault = book.take(routeName(request))
    if (fault === null) return
    if (strikesAfter(fault)) pending.set(request, fault)
    else await strikeBefore(fault, request, reply)
  })

  api.addHook('onSend', async (request, reply, payload) => {
    const fault = pending.get(request)
    return fault === undefined ? payload : strikeAfter(fault, request, reply, payload)
  })
}

function strikesAfter(fault: Fault): boolean {
  return fault.type === 'truncate' || ('when' in fault && fault.when === 'after')
}

async function strikeBefore(fault: Fault, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  if (fault.type === 'latency') return delay(fault.ms, undefined, { ref: false })
  if (fault.type === 'reset') request.raw.socket.resetAndDestroy()
  if (fault.type === 'reset' || fault.type === 'hang') return reply.hijack()
  return reply.send(falsify(fault, reply))
}

async function strikeAfter(fault: Fault, request: FastifyRequest, reply: FastifyReply, payload: unknown) {
  const { socket } = request.raw
  if (fault.type === 'reset') socket.resetAndDestroy()
  if (fault.type === 'hang' && !socket.destroyed) await once(socket, 'close')
  if (fault.type === 'truncate') return truncate(request, reply, payload)
  if (fault.type === 'reset' || fault.type === 'hang') return payload
  if (payload instanceof Readable) payload.destroy()
  reply.removeHeader('content-length')
  return falsify(fault, reply)
}

/** Sets status and headers of the false answer and returns its body. */
function falsify(fault: Fault, reply: FastifyReply): string {
  if (fault.type === 'html') {
    const status = fault.status ?? 200
    reply.code(status).type('text/html; charset=utf-8')
    const words = `${status} ${STATUS_CODES[status] ?? ''}`
    return `<!DOCTYPE html><html><head><title>${words}</title></head><body><h1>${words}</h1></body></html>`
  }
  reply.type('application/json; charset=utf-8')
  if (fault.type === 'error_status') {
    reply.code(200)
    return JSON.stringify({ status: 'ERROR', info: fault.info })
  }
  if (fault.type !== 'status') throw new Error(`${fault.type} has no answer of its own`)
  reply.code(fault.status)
  if (fault.retry_after !== undefined) reply.header('retry-after', String(fault.retry_after))
  if (typeof fault.body === 'string') {
    reply.type('text/plain; charset=utf-8')
    return fault.body
  }
  return JSON.stringify(fault.body ?? refusalBody(fault.status, STATUS_CODES[fault.status] ?? 'Error'))
}

/** Announces the whole length, sends half of it and closes the connection. */
function truncate(request: FastifyRequest, reply: FastifyReply, payload: unknown): Readable {
  const whole = payload instanceof Readable ? payload : Readable.from([Buffer.from(String(payload))])
  const announced =
    payload instanceof Readable
      ? Number(reply.getHeader('content-length'))
      : Buffer.byteLength(String(payload))
  reply.header('content-length', announced)
  return Readable.from(cut(whole, Math.floor(announced / 2), () => request.raw.socket.destroySoon()))
}

async function* cut(whole: Readable, length: number, close: () => void) {
  let left = length
  for await (const chunk of whole) {
    yield chunk.subarray(0, left)
    left -= chunk.length
    if (left <= 0) break
  }
  // the socket gets what was written last only on the next turn
  setImmediate(close)
  await new Promise(() => {})
}
