import { setTimeout as sleep } from 'node:timers/promises'
import type { Deadline } from './deadline.ts'
import type { Exchange, InvGateRequest } from './exchange.ts'
import type { Guard } from './guard.ts'
import { InvGateError } from './invgate-error.ts'
import type { InvGateMetrics } from './invgate-metrics.ts'
import { readAnswer } from './read-answer.ts'

/** What is needed of pino. */
export type InvGateLogger = Record<
  'debug' | 'info' | 'warn' | 'error',
  (details: object, message: string) => void
>

/** `read` turns the JSON of a successful answer into what is wanted; undefined says that it cannot be that. */
export type Call = <T>(
  request: InvGateRequest,
  read: (body: unknown) => T | undefined,
  deadline: Deadline,
) => Promise<T>

type Needs = {
  exchange: Exchange
  guard: Guard
  metrics: InvGateMetrics
  logger: InvGateLogger
  secrets: readonly string[]
}

const mostRetries = 2
const firstRetryWithinMs = 200
/** A longer wait is left to the caller, who knows whether somebody is waiting. */
const longestRetryAfterMs = 5000
/** Timers may fire a little early. */
const timerSlackMs = 25

/**
 * Calls InvGate and reads the answer. A GET is repeated at most twice, with full jitter, when InvGate was unreachable, unavailable
 * or asked for patience, as far as the deadline and the guard allow; a POST is sent once. Every request leaves one log line, without
 * query and body; one that the guard refuses leaves none, there may be thousands.
 */
export function createCall({ exchange, guard, metrics, logger, secrets }: Needs): Call {
  async function attempt<T>(
    request: InvGateRequest,
    read: (body: unknown) => T | undefined,
    deadline: Deadline,
    number: number,
  ): Promise<T> {
    const startedAt = performance.now()
    const log = (status: number | null, failure: InvGateError | null) => {
      const { method, path } = request
      const durationMs = performance.now() - startedAt
      metrics.called(`${method} ${path}`, failure?.kind ?? 'ok', durationMs / 1000)
      const details = {
        method,
        path,
        status,
        durationMs: Math.round(durationMs),
        attempt: number,
        outcome: failure?.kind ?? 'ok',
        ...(failure && { effect: failure.effect, code: failure.code }),
      }
      // Asking for what does not exist is ordinary.
      const isOrdinary = failure === null || (method === 'GET' && failure.kind === 'rejected')
      logger[isOrdinary ? 'info' : 'warn'](details, 'invgate call')
    }
    try {
      const answer = await exchange.send(request, deadline)
      const value = read(readAnswer(answer, request.method, secrets))
      if (value === undefined) throw noSuchShape(request.method, answer.statusCode)
      log(answer.statusCode, null)
      return value
    } catch (error) {
      if (error instanceof InvGateError) log(error.statusCode, error)
      throw error
    }
  }

  return async (request, read, deadline) => {
    for (let number = 1; ; number += 1) {
      const send = guard.admit(request.method)
      try {
        return await send(() => attempt(request, read, deadline, number))
      } catch (error) {
        const delay = request.method === 'GET' && number <= mostRetries ? retryDelay(error, number) : null
        if (delay === null || delay >= deadline.remainingMs()) throw error
        // A wait cut short needs no word of its own: the next attempt fails with the reason.
        await sleep(delay, undefined, { signal: deadline.signal }).catch(() => undefined)
      }
    }
  }
}

function noSuchShape(method: InvGateRequest['method'], statusCode: number): InvGateError {
  return new InvGateError('bad_answer', { effect: method === 'GET' ? 'none' : 'possible', statusCode })
}

/** Milliseconds to wait before the next attempt, or null where another one is pointless. */
function retryDelay(error: unknown, attempt: number): number | null {
  if (!(error instanceof InvGateError)) return null
  if (!['unreachable', 'unavailable', 'rate_limited'].includes(error.kind)) return null
  if (error.retryAfterMs !== null && error.retryAfterMs > longestRetryAfterMs) return null
  const pauseMs = error.retryAfterMs ? error.retryAfterMs + timerSlackMs : 0
  return pauseMs + Math.random() * firstRetryWithinMs * 2 ** (attempt - 1)
}
