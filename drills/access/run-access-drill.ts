import type { Replica } from '../world/replica.ts'
import type { AccessDrill, AccessPace, AccessScenario, Lag } from './access-scenario.ts'
import { type AccessWorld, type ServiceName, startAccessWorld } from './access-world.ts'
import { createMember } from './member.ts'
import { restartBehindProxy } from './restart.ts'
import { createAsk, createTally, type Tally } from './tally.ts'
import { startTraffic } from './traffic.ts'

export type AccessResult = {
  scenario: string
  tally: Tally
  restarts: number
  seconds: number
  perSecond: number
  lags: readonly Lag[]
  /** promises that were broken, a sentence each */
  broken: string[]
}

export type AccessDrillOptions = {
  scenarios: readonly AccessScenario[]
  pace: AccessPace
  /** whether logs stay when something is wrong */
  keepsLogs: boolean
  say(line: string): void
  stopped: AbortSignal
}

/** Plays the scenarios one after the other in one world. One that fails is the last, and its failure is among its `broken`. */
export async function runAccessDrill(options: AccessDrillOptions): Promise<AccessResult[]> {
  const { scenarios, pace, keepsLogs, say, stopped } = options
  const world = await startAccessWorld(options)
  const results: AccessResult[] = []
  let isWorthKeeping = keepsLogs
  try {
    for (const scenario of scenarios) {
      stopped.throwIfAborted()
      say(scenario.name)
      const { result, hasFailed } = await play(scenario, world, pace, stopped)
      results.push(result)
      if (hasFailed) break
    }
    isWorthKeeping = keepsLogs && !isAccessClean(results)
    if (isWorthKeeping) say(`logs are in ${world.folder}`)
    return results
  } finally {
    await world.close({ keepFolder: isWorthKeeping && !stopped.aborted })
  }
}

/** Whether everything that was promised held. */
export function isAccessClean(results: readonly AccessResult[]): boolean {
  return results.every(({ broken }) => broken.length === 0)
}

async function play(scenario: AccessScenario, world: AccessWorld, pace: AccessPace, stopped: AbortSignal) {
  const tally = createTally()
  const ask = createAsk(world, tally)
  const members = await Promise.all(
    Array.from({ length: pace.members }, (_, number) =>
      createMember({ name: `${scenario.name}-${number + 1}`, ask, tally }),
    ),
  )
  const { operations } = scenario
  const traffic = startTraffic({ members, operations, perSecond: scenario.perSecond(pace), stopped })
  const lags: Lag[] = []
  const broken: string[] = []
  let restarts = 0
  const restart = async (service: ServiceName, replica: Replica) => {
    await restartBehindProxy(replica, world.rotations[service])
    restarts += 1
  }
  const restartBoth: AccessDrill['restartBoth'] = async (service, how) => {
    await Promise.all(
      world.replicas[service].map(async (replica) => {
        await replica[how]()
        await replica.start()
        restarts += 1
      }),
    )
  }
  const hasFailed = await scenario
    .run({ world, pace, members, traffic, stopped, restart, restartBoth, lags, broken })
    .then(() => false)
    .catch((error: unknown) => {
      stopped.throwIfAborted()
      broken.push(`broke off: ${error instanceof Error ? error.message : String(error)}`)
      return true
    })
  const seconds = await traffic.stop()
  if (tally.unauthorized + tally.failures > 0) {
    const kinds = [...tally.kinds].map(([what, count]) => `${count} × ${what}`)
    broken.push(`${tally.unauthorized} × 401 and ${tally.failures} failures: ${kinds.join('; ')}`)
  }
  const perSecond = traffic.sent() / seconds
  const result = { scenario: scenario.name, tally, restarts, seconds, perSecond, lags, broken }
  return { result, hasFailed }
}
