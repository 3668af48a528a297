import { createClient } from './clients/client.ts'
import { createLedger, type Ledger } from './clients/ledger.ts'
import { startLoad } from './clients/load.ts'
import { createRotation } from './clients/rotation.ts'
import { isClean, type ScenarioResult } from './report.ts'
import type { Pace, Scenario } from './scenarios/scenario.ts'
import { judge } from './verdict.ts'
import { gatherEvidence } from './world/evidence.ts'
import { untilSettled } from './world/settle.ts'
import { startWorld, type World } from './world/world.ts'

export type DrillOptions = {
  scenarios: readonly Scenario[]
  pace: Pace
  /** of the ticket-service, or of a sabotaged copy */
  serviceFolder: string
  /** whether each scenario waits until all is settled; else the last one does for all of them */
  settleEach: boolean
  /** whether logs and spools stay when something is wrong */
  keepsLogs: boolean
  say(line: string): void
  stopped: AbortSignal
}

type Played = Omit<ScenarioResult, 'verdict' | 'recoveryMs'> & {
  ledger: Ledger
  faultEnded: number
  settled: number | null
}

const settleLimitMs = 90_000

/** Plays the scenarios one after the other in one world, and judges them all at the end, when nothing moves any more. */
export async function runDrill(options: DrillOptions): Promise<ScenarioResult[]> {
  const { scenarios, settleEach, keepsLogs, say, stopped } = options
  const began = performance.now()
  const world = await startWorld(options)
  let isWorthKeeping = keepsLogs
  try {
    const played: Played[] = []
    for (const [index, scenario] of scenarios.entries()) {
      stopped.throwIfAborted()
      say(`${((performance.now() - began) / 1000).toFixed(0)} s: ${scenario.name}`)
      const run = await play(scenario, index, world, options)
      const isLast = index === scenarios.length - 1
      const settled = settleEach || isLast ? await untilSettled(world, settleLimitMs, stopped) : null
      played.push({ ...run, settled })
    }
    const results = await judgeAll(played, world)
    isWorthKeeping = keepsLogs && !isClean(results)
    if (isWorthKeeping) say(`logs and spools are in ${world.folder}`)
    return results
  } finally {
    await world.close({ keepFolder: isWorthKeeping && !stopped.aborted })
  }
}

async function play(scenario: Scenario, index: number, world: World, options: DrillOptions) {
  const { pace, stopped } = options
  const ledger = createLedger(scenario.name)
  const rotation = createRotation(world.replicas)
  const { jwtSecret } = world
  const clients = Array.from({ length: pace.clients }, (_, client) =>
    createClient({
      number: index * 100 + client + 1,
      jwtSecret,
      ledger,
      rotation,
      patienceMs: pace.patienceMs,
    }),
  )
  const load = startLoad(scenario.load === 'everybody' ? clients : [], pace.pauseMs)
  const pending: Promise<unknown>[] = []
  const missed: string[] = []
  let kills = 0
  try {
    await scenario.run({
      world,
      pace,
      ledger,
      rotation,
      clients,
      stopped,
      pending,
      missed,
      async killAndRestart(replica) {
        await replica.kill()
        kills += 1
        await replica.start()
      },
    })
    const faultEnded = performance.now()
    await Promise.all([load.stop(), ...pending])
    const broken = [...missed, ...(scenario.check?.(ledger) ?? [])]
    return { scenario: scenario.name, kills, broken, ledger, faultEnded }
  } finally {
    // After a failure too: clients would go on for ever.
    await load.stop()
  }
}

/** Late effects of one scenario would show in a later one: so all are held against what there is at the very end. */
async function judgeAll(played: readonly Played[], world: World): Promise<ScenarioResult[]> {
  const evidence = await gatherEvidence(world)
  const atTheEnd = played.at(-1)?.settled ?? null
  return played.map(({ scenario, kills, broken, ledger, faultEnded, settled }) => {
    const when = settled ?? atTheEnd
    return {
      scenario,
      kills,
      broken,
      verdict: judge(ledger.attempts, evidence),
      recoveryMs: when === null ? null : when - faultEnded,
    }
  })
}
