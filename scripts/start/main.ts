import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { refuseBusyPort } from '../database/port.ts'
import { createStop } from '../processes/stop.ts'
import { release, reset, takeOver } from './earlier-run.ts'
import { loadEnvironment } from './environment.ts'
import { createHouse } from './house.ts'
import { readSettings } from './settings.ts'
import { tour } from './tour.ts'

/** What `scripts/start.mjs` starts once the dependencies are there. Ends with 0 when it was asked to, else with 1. */
async function main(): Promise<number> {
  const { stop, force } = createStop()
  const root = join(import.meta.dirname, '..', '..')
  const folders = { root, data: join(root, '.data') }
  const { values } = parseArgs({ options: { reset: { type: 'boolean', default: false } } })
  await takeOver(folders, say)
  const house = createHouse(folders, say)
  force.addEventListener('abort', () => house.kill())
  try {
    if (values.reset) await reset(folders, say)
    const env = loadEnvironment(root, say)
    const settings = readSettings(env)
    await refuseBusyPort(settings.ports.identity, 'IDENTITY_PORT')
    await refuseBusyPort(settings.ports.ticket, 'TICKET_PORT')
    if (!settings.ownInvgate) await refuseBusyPort(settings.ports.sandbox, 'SANDBOX_PORT')
    await house.open(env, settings, stop)
    say(tour(settings.ports, !settings.ownInvgate))
    await house.untilDeath(stop)
    return 0
  } catch (error) {
    if (stop.aborted) return 0
    throw error
  } finally {
    if (stop.aborted) say('stopping')
    await house.close()
    release(folders)
    if (stop.aborted) say('stopped')
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  return 1
})
if (process.connected) process.disconnect()
