import type { FastifyInstance } from 'fastify'
import { routeName } from '../api/route-name.ts'

/** `time` is RFC 3339. */
export type Call = {
  readonly route: string
  readonly method: string
  readonly path: string
  readonly time: string
}

export type CallLog = {
  add(call: Call): void
  all(): readonly Call[]
  clear(): void
}

const mostCalls = 10_000

/** Remembers the latest calls. */
export function createCallLog(): CallLog {
  let calls: Call[] = []
  return {
    add: (call) => {
      calls.push(call)
      if (calls.length > 2 * mostCalls) calls = calls.slice(-mostCalls)
    },
    all: () => calls.slice(-mostCalls),
    clear: () => {
      calls = []
    },
  }
}

/** Logs every call that reaches the scope, whatever becomes of it. */
export function logCalls(api: FastifyInstance, log: CallLog, clock: () => number): void {
  api.addHook('onRequest', async (request) => {
    log.add({
      route: routeName(request),
      method: request.method,
      path: request.url,
      time: new Date(clock()).toISOString(),
    })
  })
}
