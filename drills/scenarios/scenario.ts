import type { Client } from '../clients/client.ts'
import { type Dialect, isCreated, type Ledger } from '../clients/ledger.ts'
import type { Rotation } from '../clients/rotation.ts'
import type { Pace } from '../pace.ts'
import type { Replica } from '../world/replica.ts'
import type { World } from '../world/world.ts'

/** What a scenario has to work with. */
export type Drill = {
  world: World
  pace: Pace
  ledger: Ledger
  rotation: Rotation
  clients: readonly Client[]
  stopped: AbortSignal
  /** answers that need not be waited for before the scenario ends */
  pending: Promise<unknown>[]
  /** what was to be drilled and did not come about, a sentence each: then the drill says less than it should */
  missed: string[]
  /** SIGKILL, counted, and a new start. */
  killAndRestart(replica: Replica): Promise<void>
}

/** Says how many tickets were not created, and what their clients were told; nothing when all were. */
export function refusals({ attempts }: Ledger): string[] {
  const refused = attempts.filter((attempt) => !isCreated(attempt))
  if (refused.length === 0) return []
  const counts = new Map<string, number>()
  for (const { answers } of refused) {
    const [answer] = answers
    const told = `${answer?.status ?? 'no answer'} ${answer?.detail}`
    counts.set(told, (counts.get(told) ?? 0) + 1)
  }
  const kinds = [...counts].map(([told, count]) => `${count} × ${told}`)
  return [`${refused.length} of ${attempts.length} tickets were not created: ${kinds.join('; ')}`]
}

export type Scenario = {
  name: string
  /** whether all clients raise tickets at the pace meanwhile, or only the scenario itself does */
  load: 'everybody' | 'nobody'
  /** in which dialect; Werk's where it is not said */
  dialect?: Dialect
  /** Resolves when the fault has ended. */
  run(drill: Drill): Promise<void>
  /** Promises of its own, once every client has its answer. @returns those that were broken, a sentence each */
  check?(ledger: Ledger): string[]
}
