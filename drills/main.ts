import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createStop } from '../scripts/processes/stop.ts'
import { full, quick } from './paces.ts'
import { isClean, report } from './report.ts'
import { runDrill } from './run-drill.ts'
import { isSabotage, sabotagedCopy, sabotages } from './sabotage/sabotage.ts'
import { scenarios } from './scenarios/all.ts'

/**
 * `npm run drill -- [--quick] [--scenario NAME]... [--sabotage intents|lookup]`: kills, cuts and breaks what the
 * ticket-service stands on, then holds what clients were told against InvGate and MySQL. It ends with 1 when anything
 * was lost, doubled or not settled.
 */
const say = (line: string) => void process.stderr.write(`${line}\n`)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      scenario: { type: 'string', multiple: true },
      sabotage: { type: 'string' },
    },
  })
  const wanted = values.scenario ?? scenarios.map(({ name }) => name)
  const unknown = wanted.find((name) => !scenarios.some((scenario) => scenario.name === name))
  if (unknown !== undefined) {
    throw new Error(`no such scenario: ${unknown} (${scenarios.map(({ name }) => name).join(', ')})`)
  }
  const { serviceFolder, remove } = chooseService(values.sabotage)
  try {
    const results = await runDrill({
      scenarios: scenarios.filter(({ name }) => wanted.includes(name)),
      pace: values.quick ? quick : full,
      serviceFolder,
      keepsLogs: values.sabotage === undefined,
      say,
      stopped: createStop().stop,
    })
    process.stdout.write(`\n${report(results)}\n`)
    return isClean(results) ? 0 : 1
  } finally {
    remove()
  }
}

function chooseService(sabotage: string | undefined) {
  if (sabotage === undefined) {
    return { serviceFolder: join(import.meta.dirname, '../ticket-service'), remove: () => {} }
  }
  if (isSabotage(sabotage)) return sabotagedCopy(sabotage)
  throw new Error(`no such sabotage: ${sabotage} (${Object.keys(sabotages).join(', ')})`)
}

const code = await main().catch((error: unknown) => {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return 1
})
// Whatever may be left open ends here; the table has to be out before.
process.stdout.write('', () => process.exit(code))
