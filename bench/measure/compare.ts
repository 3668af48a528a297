import { type Figures, type Load, measure, type Target } from './load.ts'
import { residentMiB } from './process-figures.ts'
import { median } from './statistics.ts'

export type Pace = { warmUpSeconds: number; rounds: number; roundSeconds: number }

export type Side = Figures & { residentMiB: number }

/** `rate` and `cpu` say how near ours comes to the floor, 1 being equal: the median of each round's own ratio. */
export type Comparison = { ours: Side; floor: Side; rate: number; cpu: number }

/** Loads two processes in turn, because machines are noisy and the noise of one moment should meet both. */
export async function compare(ours: Target, floor: Target, load: Load, pace: Pace): Promise<Comparison> {
  for (const target of [ours, floor]) await measure(target, load, pace.warmUpSeconds)
  const rounds: { ours: Figures; floor: Figures }[] = []
  for (let round = 0; round < pace.rounds; round += 1) {
    const first = await measure(ours, load, pace.roundSeconds)
    rounds.push({ ours: first, floor: await measure(floor, load, pace.roundSeconds) })
  }
  return {
    ours: { ...medians(rounds.map((round) => round.ours)), residentMiB: residentMiB(ours.pid) },
    floor: { ...medians(rounds.map((round) => round.floor)), residentMiB: residentMiB(floor.pid) },
    rate: median(rounds.map((round) => round.ours.perSecond / round.floor.perSecond)),
    cpu: median(rounds.map((round) => round.floor.cpuPerRequest / round.ours.cpuPerRequest)),
  }
}

function medians(figures: Figures[]): Figures {
  const of = (name: keyof Figures) => median(figures.map((one) => one[name]))
  return { perSecond: of('perSecond'), cpuPerRequest: of('cpuPerRequest'), p50: of('p50'), p99: of('p99') }
}
