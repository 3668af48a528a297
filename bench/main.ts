import { parseArgs } from 'node:util'
import { createStop } from '../scripts/processes/stop.ts'
import type { BenchCase, Result } from './cases/case.ts'
import { checkIn } from './cases/check-ins.ts'
import { deskDetail, deskList, pages } from './cases/desk-tickets.ts'
import { health } from './cases/health.ts'
import { logins } from './cases/logins.ts'
import { start } from './cases/start.ts'
import { create, detail, list } from './cases/tickets.ts'
import { upload } from './cases/upload.ts'
import { report } from './report.ts'
import { startWorld } from './targets/world.ts'

/**
 * `npm run bench -- [--quick] [--case NAME]...`: what the service promises about its speed, measured on this machine. Linux only.
 * It ends with 1 when something did not work; a missed goal is a figure, because machines differ.
 */
const cases: Record<string, BenchCase> = {
  detail,
  list,
  create,
  'desk-detail': deskDetail,
  'desk-list': deskList,
  'check-in': checkIn,
  start,
  health,
  logins,
  upload,
  pages,
}
const paces = {
  full: { warmUpSeconds: 4, rounds: 7, roundSeconds: 3 },
  quick: { warmUpSeconds: 1, rounds: 3, roundSeconds: 1 },
}

const say = (line: string) => void process.stderr.write(`${line}\n`)

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, case: { type: 'string', multiple: true } },
  })
  const { quick, case: names = Object.keys(cases) } = values
  const { stop } = createStop()
  const world = await startWorld(say)
  stop.addEventListener('abort', () => void world.close().finally(() => process.exit(1)))
  try {
    const result: Result = { compared: [], measured: [] }
    for (const name of names) {
      stop.throwIfAborted()
      const run = cases[name]
      if (run === undefined) throw new Error(`no such case: ${name} (${Object.keys(cases).join(', ')})`)
      say(`measuring ${name}`)
      const { compared, measured } = await run(world, { quick, pace: quick ? paces.quick : paces.full })
      result.compared.push(...compared)
      result.measured.push(...measured)
    }
    process.stdout.write(`\n${report(result)}`)
  } finally {
    await world.close()
  }
}

await main()
