import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { CircuitState } from './circuit.ts'
import type { InvGateErrorKind } from './invgate-error.ts'

/** Why a request was not sent. */
export type Refusal = 'circuit_open' | 'too_many' | 'retry_after'

export type InvGateMetrics = {
  /** One request that was sent: `operation` is method and path, `outcome` how it ended. */
  called(operation: string, outcome: 'ok' | InvGateErrorKind, seconds: number): void
  refused(compartment: string, reason: Refusal): void
  circuit(compartment: string, state: CircuitState): void
}

const stateNumbers: Record<CircuitState, number> = { closed: 0, 'half-open': 1, open: 2 }

/** The Prometheus figures of the InvGate client, in `registry`, or nowhere. */
export function createInvGateMetrics(registry: Registry | undefined): InvGateMetrics {
  const registers = registry === undefined ? [] : [registry]
  const states = new Gauge({
    name: 'invgate_circuit_state',
    help: '0 closed, 1 half-open, 2 open',
    labelNames: ['compartment'],
    registers,
  })
  const calls = new Counter({
    name: 'invgate_calls_total',
    help: 'requests to InvGate that were sent',
    labelNames: ['operation', 'outcome'],
    registers,
  })
  const durations = new Histogram({
    name: 'invgate_call_duration_seconds',
    help: 'time from a request to InvGate to the end of its answer',
    labelNames: ['operation'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60],
    registers,
  })
  const refusals = new Counter({
    name: 'invgate_rejected_total',
    help: 'requests to InvGate that were not sent',
    labelNames: ['compartment', 'reason'],
    registers,
  })
  return {
    called(operation, outcome, seconds) {
      calls.inc({ operation, outcome })
      durations.observe({ operation }, seconds)
    },
    refused: (compartment, reason) => refusals.inc({ compartment, reason }),
    circuit: (compartment, state) => states.set({ compartment }, stateNumbers[state]),
  }
}
