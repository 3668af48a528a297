import type { SyncLease } from './sync-lease.ts'

/** Why a round ends before it is through; the next one goes on where it was. */
export type EndOfRound = 'bounded' | 'lease_lost' | 'stopped'

export class RoundEndedError extends Error {
  readonly reason: EndOfRound

  constructor(reason: EndOfRound) {
    super(`the round ended: ${reason}`)
    this.name = 'RoundEndedError'
    this.reason = reason
  }
}

/** Asks InvGate something, as one step of a round. @throws RoundEndedError instead of asking, where the round is over */
export type Step = <T>(ask: () => Promise<T>) => Promise<T>

/** A part of a round, which began at that time. */
export type RoundPart = (step: Step, startedAt: Date) => Promise<void>

type Needs = { lease: Pick<SyncLease, 'hold'>; isStopping: () => boolean }

/** Steps of one part of a round, of which there may be so many. */
export function createStep({ lease, isStopping }: Needs, mostSteps: number): Step {
  let left = mostSteps
  return async (ask) => {
    if (isStopping()) throw new RoundEndedError('stopped')
    if (left === 0) throw new RoundEndedError('bounded')
    left -= 1
    if (!(await lease.hold())) throw new RoundEndedError('lease_lost')
    return ask()
  }
}
