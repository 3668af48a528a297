import { join } from 'node:path'
import { migrateDatabases, prepareDatabases, startDatabase } from './databases.ts'
import type { Environment } from './environment.ts'
import { type Folders, startIdentity, startSandbox, startTicket } from './services.ts'
import type { StartSettings } from './settings.ts'

type Part = { name: string; ended: Promise<string>; stop(): Promise<void>; kill(): void }

/** All the processes of `npm start`: opened from the ground up, closed from the roof down. */
export function createHouse(folders: Folders, say: (line: string) => void) {
  /** Parts of a storey stand on those of the storeys before it. */
  const storeys: Part[][] = []

  async function open(env: Environment, settings: StartSettings, stop: AbortSignal): Promise<void> {
    const databases = settings.databaseUrls ?? (await openDatabase(settings.ports.database))
    stop.throwIfAborted()
    say('applying migrations')
    await migrateDatabases(folders.root, databases, say)
    stop.throwIfAborted()
    if (!settings.ownInvgate) {
      say('starting the InvGate sandbox')
      const sandbox = startSandbox(env, settings, folders)
      storeys.push([sandbox])
      await sandbox.untilReady(stop)
    }
    say('starting the services')
    const services = [
      startIdentity(env, settings, folders, databases),
      startTicket(env, settings, folders, databases),
    ]
    storeys.push(services)
    await Promise.all(services.map((service) => service.untilReady(stop)))
  }

  async function openDatabase(port: number) {
    say(`starting the private database server on port ${port}`)
    const database = await startDatabase({ data: folders.data, port, say })
    storeys.push([{ name: 'database server', ...database }])
    return prepareDatabases(database, folders.data)
  }

  /** Resolves when `stop` aborts. @throws with the last lines of the first part that ends by itself */
  async function untilDeath(stop: AbortSignal): Promise<void> {
    const stopped = new Promise<null>((resolve) => {
      if (stop.aborted) resolve(null)
      stop.addEventListener('abort', () => resolve(null))
    })
    const deaths = storeys.flat().map(async ({ name, ended }) => ({ name, lines: await ended }))
    const death = await Promise.race([stopped, ...deaths])
    if (death && !stop.aborted) {
      const logs = join('.data', 'logs')
      throw new Error(`the ${death.name} ended by itself, so all stop (more in ${logs}):\n${death.lines}`)
    }
  }

  async function close(): Promise<void> {
    for (const storey of storeys.toReversed()) await Promise.all(storey.map((part) => part.stop()))
  }

  /** At once, without waiting for requests in flight. */
  function kill(): void {
    for (const part of storeys.flat()) part.kill()
  }

  return { open, untilDeath, close, kill }
}
