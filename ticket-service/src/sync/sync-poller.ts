import { InvGateError } from '@werk/shared/invgate/invgate-error'
import type { MirrorRepository } from './mirror.repository.ts'
import { createStep, RoundEndedError, type RoundPart } from './round-step.ts'
import type { SyncLease } from './sync-lease.ts'
import type { RoundOutcome, SyncMetrics } from './sync-metrics.ts'

export type SyncPoller = {
  /** One round, if this replica is the one that looks. Never fails for InvGate's sake. */
  run(): Promise<void>
  /** The round that is under way ends with the request that is under way. */
  end(): void
  /** Lets another replica take over. To be called when no round is under way any more. */
  release(): Promise<void>
}

type Needs = {
  lease: SyncLease
  mirror: Pick<MirrorRepository, 'findOldestSync'>
  refreshOpenTickets: RoundPart
  importMissed: RoundPart
  readLastHour: RoundPart
  metrics: SyncMetrics
  clock: { now(): Date }
  logger: Record<'info' | 'warn', (fields: object, message: string) => void>
  /** Requests to InvGate for each part of a round. */
  mostSteps?: number
}

const longestPauseMs = 3_600_000

/** Brings back what InvGate changed by itself, in rounds of bounded length; one replica at a time. */
export function createSyncPoller(needs: Needs): SyncPoller {
  const { lease, mirror, metrics, clock, logger, mostSteps = 400 } = needs
  let stopping = false
  let pausedUntil = 0
  const pauseMs = () => Math.max(0, pausedUntil - performance.now())

  /** @returns whether it came to its end; the other parts have their turn all the same */
  const within = async (part: RoundPart, startedAt: Date): Promise<boolean> => {
    try {
      await part(createStep({ lease, isStopping: () => stopping }, mostSteps), startedAt)
      return true
    } catch (error) {
      if (error instanceof RoundEndedError && error.reason === 'bounded') return false
      throw error
    }
  }

  const look = async (): Promise<RoundOutcome> => {
    const startedAt = clock.now()
    const isRefreshed = await within(needs.refreshOpenTickets, startedAt)
    const isGapClosed = await within(needs.importMissed, startedAt)
    const isRead = await within(needs.readLastHour, startedAt)
    return isRefreshed && isGapClosed && isRead ? 'complete' : 'bounded'
  }

  const outcomeOf = async (error: unknown): Promise<RoundOutcome> => {
    if (error instanceof RoundEndedError) return error.reason
    const askedMs = error instanceof InvGateError ? error.retryAfterMs : null
    if (askedMs === null) {
      logger.warn({ err: error }, 'a look for changes in InvGate failed')
      return 'failed'
    }
    pausedUntil = performance.now() + Math.min(askedMs, longestPauseMs)
    logger.info({ pause_ms: Math.round(pauseMs()) }, 'InvGate asks for patience')
    await lease.hold(pauseMs())
    return 'paused'
  }

  return {
    async run() {
      if (pauseMs() > 0) return
      if (await lease.hold()) metrics.round(await look().catch(outcomeOf))
      else metrics.round('standby')
      metrics.oldest(await mirror.findOldestSync())
    },
    end() {
      stopping = true
    },
    release: () => lease.release(pauseMs()),
  }
}
