import { Counter, Gauge, type Registry } from 'prom-client'
import type { EndOfRound } from './round-step.ts'

/** `standby`: another replica looks. `paused`: InvGate asked for patience. */
export type RoundOutcome = 'complete' | EndOfRound | 'standby' | 'paused' | 'failed'

export type SyncMetrics = {
  round(outcome: RoundOutcome): void
  /** When the open ticket that was compared with InvGate longest ago was; null when none is open. */
  oldest(syncedAt: Date | null): void
}

export function createSyncMetrics(registry: Registry, clock: { now(): Date }): SyncMetrics {
  let oldest: Date | null = null
  const rounds = new Counter({
    name: 'sync_rounds_total',
    help: 'looks for what changed in InvGate by itself',
    labelNames: ['outcome'],
    registers: [registry],
  })
  new Gauge({
    name: 'sync_lag_seconds',
    help: 'since the open ticket that was compared with InvGate longest ago was compared',
    registers: [registry],
    // It grows by itself: rounds that no longer come must not look like rounds that are in time.
    collect() {
      this.set(oldest === null ? 0 : Math.max(0, (clock.now().getTime() - oldest.getTime()) / 1000))
    },
  })
  return {
    round: (outcome) => rounds.inc({ outcome }),
    oldest(syncedAt) {
      oldest = syncedAt
    },
  }
}
