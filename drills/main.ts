import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createStop } from '../scripts/processes/stop.ts'
import { accessReport } from './access/access-report.ts'
import { type AccessScenario, fullAccess, quickAccess } from './access/access-scenario.ts'
import { accessScenarios } from './access/all.ts'
import { rotateAtOnce } from './access/rotate-secret.ts'
import { isAccessClean, runAccessDrill } from './access/run-access-drill.ts'
import { full, quick } from './paces.ts'
import { isClean, report } from './report.ts'
import { runDrill } from './run-drill.ts'
import { isSabotage, sabotagedCopy, sabotages } from './sabotage/sabotage.ts'
import { scenarios } from './scenarios/all.ts'
import type { Scenario } from './scenarios/scenario.ts'

/**
 * `npm run drill -- [--quick] [--scenario NAME]... [--sabotage intents|lookup|rotation]`: kills, cuts and breaks what the
 * ticket-service stands on, then holds what clients were told against InvGate and MySQL; then rotates the token secret
 * and ends sessions and accounts over two replicas of each service. It ends with 1 when a promise was broken.
 */
const say = (line: string) => void process.stderr.write(`${line}\n`)

type Options = { isQuick: boolean; sabotage: string | undefined; stopped: AbortSignal }

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      scenario: { type: 'string', multiple: true },
      sabotage: { type: 'string' },
    },
  })
  const { sabotage } = values
  const options = { isQuick: values.quick, sabotage, stopped: createStop().stop }
  if (sabotage === 'rotation') return (await drillAccess([rotateAtOnce], options)) ? 0 : 1

  const names = [...scenarios, ...accessScenarios].map(({ name }) => name)
  const wanted = values.scenario ?? names
  const unknown = wanted.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`no such scenario: ${unknown} (${names.join(', ')})`)
  const isWanted = ({ name }: { name: string }) => wanted.includes(name)
  const kept = await drillTickets(scenarios.filter(isWanted), options)
  // The other sabotages are of the ticket-service alone.
  const held = sabotage !== undefined || (await drillAccess(accessScenarios.filter(isWanted), options))
  return kept && held ? 0 : 1
}

/** @returns whether all was kept that was promised */
async function drillTickets(chosen: readonly Scenario[], options: Options): Promise<boolean> {
  const { isQuick, sabotage, stopped } = options
  const { serviceFolder, remove } = chooseService(sabotage)
  try {
    if (chosen.length === 0) return true
    const keepsLogs = sabotage === undefined
    const pace = isQuick ? quick : full
    const results = await runDrill({ scenarios: chosen, pace, serviceFolder, keepsLogs, say, stopped })
    process.stdout.write(`\n${report(results)}\n`)
    return isClean(results)
  } finally {
    remove()
  }
}

/** @returns whether all was kept that was promised */
async function drillAccess(chosen: readonly AccessScenario[], options: Options): Promise<boolean> {
  if (chosen.length === 0) return true
  const { isQuick, sabotage, stopped } = options
  const keepsLogs = sabotage === undefined
  const pace = isQuick ? quickAccess : fullAccess
  const results = await runAccessDrill({ scenarios: chosen, pace, keepsLogs, say, stopped })
  process.stdout.write(`\n${accessReport(results)}\n`)
  return isAccessClean(results)
}

function chooseService(sabotage: string | undefined) {
  if (sabotage === undefined) {
    return { serviceFolder: join(import.meta.dirname, '../ticket-service'), remove: () => {} }
  }
  if (isSabotage(sabotage)) return sabotagedCopy(sabotage)
  throw new Error(`no such sabotage: ${sabotage} (${[...Object.keys(sabotages), 'rotation'].join(', ')})`)
}

const code = await main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return 1
})
// Whatever may be left open ends here; the table has to be out before.
process.stdout.write('', () => process.exit(code))
