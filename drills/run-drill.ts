import type { Pace } from './pace.ts'
import { type Play, playScenario } from './play-scenario.ts'
import { isClean, type ScenarioResult } from './report.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { judge } from './verdict.ts'
import { gatherEvidence } from './world/evidence.ts'
import { endDeadLeases, untilSettled } from './world/settle.ts'
import { startWorld, type World } from './world/world.ts'

export type DrillOptions = {
  scenarios: readonly Scenario[]
  pace: Pace
  /** of the ticket-service, or of a sabotaged copy */
  serviceFolder: string
  /** whether logs and spools stay when something is wrong */
  keepsLogs: boolean
  say(line: string): void
  stopped: AbortSignal
}

type Played = Play & {
  scenario: string
  /** when, or that it did not come about, or that nobody waited */
  settled: number | null | 'later'
}

const settleLimitMs = 90_000

/**
 * Plays the scenarios one after the other in one world, and judges them all at the end, when nothing moves any more. One
 * that fails is the last, and its failure is among its `broken`.
 */
export async function runDrill(options: DrillOptions): Promise<ScenarioResult[]> {
  const { scenarios, pace, keepsLogs, say, stopped } = options
  const began = performance.now()
  const world = await startWorld(options)
  let isWorthKeeping = keepsLogs
  try {
    const played: Played[] = []
    for (const [index, scenario] of scenarios.entries()) {
      stopped.throwIfAborted()
      say(`${((performance.now() - began) / 1000).toFixed(0)} s: ${scenario.name}`)
      const run = await playScenario({ scenario, index, world, pace, stopped })
      const isLast = run.hasFailed || index === scenarios.length - 1
      if (isLast && pace.settles === 'once') await endDeadLeases(world)
      const settled =
        isLast || pace.settles === 'each' ? await untilSettled(world, settleLimitMs, stopped) : 'later'
      played.push({ ...run, scenario: scenario.name, settled })
      if (isLast) break
    }
    const results = await judgeAll(played, world)
    isWorthKeeping = keepsLogs && !isClean(results)
    if (isWorthKeeping) say(`logs and spools are in ${world.folder}`)
    return results
  } finally {
    await world.close({ keepFolder: isWorthKeeping && !stopped.aborted })
  }
}

/** Late effects of one scenario would show in a later one: so all are held against what there is at the very end. */
async function judgeAll(played: readonly Played[], world: World): Promise<ScenarioResult[]> {
  const evidence = await gatherEvidence(world)
  return played.map(({ scenario, kills, broken, ledger, faultEnded, settled }) => ({
    scenario,
    kills,
    broken,
    verdict: judge(ledger.attempts, evidence),
    recoveryMs: typeof settled === 'number' ? settled - faultEnded : settled,
  }))
}
