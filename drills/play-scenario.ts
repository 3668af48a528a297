import { type Client, createClient } from './clients/client.ts'
import { createLedger, type Ledger } from './clients/ledger.ts'
import { startLoad } from './clients/load.ts'
import { createRotation } from './clients/rotation.ts'
import type { Pace } from './pace.ts'
import type { Drill, Scenario } from './scenarios/scenario.ts'
import type { World } from './world/world.ts'

export type Play = {
  kills: number
  /** promises of the scenario's own that were broken, a sentence each */
  broken: string[]
  ledger: Ledger
  /** as `performance.now()` has it */
  faultEnded: number
  /** It came to no proper end, which is among `broken`, and its faults were taken away. */
  hasFailed: boolean
}

type Options = {
  scenario: Scenario
  /** its number: InvGate knows the people of each scenario apart */
  index: number
  world: World
  pace: Pace
  stopped: AbortSignal
}

/** Plays one scenario; when it resolves or rejects, no client is under way any more. @throws only when it is stopped */
export async function playScenario(options: Options): Promise<Play> {
  const { scenario, index, world, pace, stopped } = options
  const ledger = createLedger(scenario.name)
  const rotation = createRotation(world.replicas)
  const isOver = new AbortController()
  const clients = Array.from({ length: pace.clients }, (_, client): Client => {
    const signal = AbortSignal.any([stopped, isOver.signal])
    const { patienceMs } = pace
    const { dialect = 'werk' } = scenario
    const number = index * 100 + client + 1
    return createClient({
      number,
      jwtSecret: world.jwtSecret,
      dialect,
      ledger,
      rotation,
      patienceMs,
      stopped: signal,
    })
  })
  const load = startLoad(scenario.load === 'everybody' ? clients : [], pace.pauseMs)
  const pending: Promise<unknown>[] = []
  const missed: string[] = []
  let kills = 0
  const killAndRestart: Drill['killAndRestart'] = async (replica) => {
    await replica.kill()
    kills += 1
    await replica.start()
  }
  try {
    await scenario.run({ world, pace, ledger, rotation, clients, stopped, pending, missed, killAndRestart })
    const faultEnded = performance.now()
    await Promise.all([load.stop(), ...pending])
    stopped.throwIfAborted()
    const broken = [...missed, ...(scenario.check?.(ledger) ?? [])]
    return { kills, broken, ledger, faultEnded, hasFailed: false }
  } catch (error) {
    isOver.abort()
    stopped.throwIfAborted()
    await world.mend()
    const reason = `broke off: ${error instanceof Error ? error.message : String(error)}`
    return { kills, broken: [...missed, reason], ledger, faultEnded: performance.now(), hasFailed: true }
  } finally {
    await Promise.allSettled([load.stop(), ...pending])
  }
}
