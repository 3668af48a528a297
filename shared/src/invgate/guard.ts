import { type CircuitState, createCircuit, type Evidence } from './circuit.ts'
import type { InvGateRequest } from './exchange.ts'
import { InvGateError } from './invgate-error.ts'
import type { InvGateMetrics, Refusal } from './invgate-metrics.ts'

/** Each has its own circuit and its own places: what ails the one does not stop the other. */
export type Compartment = 'reads' | 'creates'

export type CircuitStates = Record<Compartment, CircuitState>

export type GuardOptions = {
  /** Failures in a row that open a circuit. Default 5. */
  breakerFailures?: number
  /** Milliseconds from opening to a probe, at least. Default 5000. */
  breakerResetMs?: number
  /** Requests under way at the same time, at most. Default 32 reads and 128 creates. */
  maxReads?: number
  maxCreates?: number
}

export type Guard = {
  /**
   * Admits one request, which whoever asked must send at once through what this returns.
   * @throws InvGateError `unavailable` with effect `none`: nothing was sent, and asking again before `retryAfterMs` is pointless
   */
  admit(method: InvGateRequest['method']): <T>(send: () => Promise<T>) => Promise<T>
  state(): CircuitStates
  close(): void
}

type Needs = {
  metrics: InvGateMetrics
  logger: Record<'info' | 'warn', (details: object, message: string) => void>
}

/** A longer Retry-After is more likely a mistake than a plan. */
const longestPauseMs = 3_600_000

/** Keeps requests from an InvGate that does not answer, that asked for patience, or that has enough of ours under way. */
export function createGuard(options: GuardOptions, { metrics, logger }: Needs): Guard {
  const { breakerFailures = 5, breakerResetMs = 5000, maxReads = 32, maxCreates = 128 } = options
  let pausedUntil = 0

  const createCompartment = (name: Compartment, places: number) => {
    metrics.circuit(name, 'closed')
    const circuit = createCircuit({
      failures: breakerFailures,
      resetMs: breakerResetMs,
      evidenceOf,
      onChange(state) {
        metrics.circuit(name, state)
        logger[state === 'open' ? 'warn' : 'info']({ compartment: name, state }, 'invgate circuit')
      },
    })
    return { name, circuit, places, underWay: 0 }
  }
  const reads = createCompartment('reads', maxReads)
  const creates = createCompartment('creates', maxCreates)

  function refuse(compartment: Compartment, reason: Refusal, retryAfterMs: number | null): never {
    metrics.refused(compartment, reason)
    const rounded = retryAfterMs === null ? null : Math.ceil(retryAfterMs)
    throw new InvGateError('unavailable', { effect: 'none', retryAfterMs: rounded, code: reason })
  }

  function obeyRetryAfter(error: unknown): void {
    if (!asksForPatience(error)) return
    const pauseMs = Math.min(error.retryAfterMs ?? 0, longestPauseMs)
    pausedUntil = Math.max(pausedUntil, performance.now() + pauseMs)
  }

  return {
    admit(method) {
      const compartment = method === 'GET' ? reads : creates
      const { name, circuit, places } = compartment
      const pauseMs = pausedUntil - performance.now()
      if (pauseMs > 0) refuse(name, 'retry_after', pauseMs)
      const waitMs = circuit.waitMs()
      if (waitMs !== null) refuse(name, 'circuit_open', waitMs)
      if (compartment.underWay >= places) refuse(name, 'too_many', null)
      return async (send) => {
        compartment.underWay += 1
        try {
          return await circuit.run(send)
        } catch (error) {
          obeyRetryAfter(error)
          throw error
        } finally {
          compartment.underWay -= 1
        }
      }
    },
    state: () => ({ reads: reads.circuit.state(), creates: creates.circuit.state() }),
    close() {
      reads.circuit.close()
      creates.circuit.close()
    },
  }
}

/** A refusal is an answer of a working InvGate, of the credentials too; what ended on our side says nothing. */
function evidenceOf(error: unknown): Evidence {
  if (!(error instanceof InvGateError)) return 'none'
  if (error.kind === 'rate_limited') return asksForPatience(error) ? 'none' : 'down'
  if (['timeout', 'unreachable', 'unavailable', 'bad_answer'].includes(error.kind)) return 'down'
  return ['rejected', 'unauthorized'].includes(error.kind) ? 'up' : 'none'
}

function asksForPatience(error: unknown): error is InvGateError {
  return (
    error instanceof InvGateError &&
    ['rate_limited', 'unavailable'].includes(error.kind) &&
    error.retryAfterMs !== null &&
    error.retryAfterMs > 0
  )
}
