import { join } from 'node:path'
import { type ServiceProcess, startService } from '../../scripts/processes/service-process.ts'
import { findStablePort } from './ports.ts'

export type Replica = {
  name: string
  url: string
  spoolFolder: string
  /** how long the process of now has been there */
  upForMs(): number
  /** Resolves when it serves, whether or not its database is there. */
  start(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
  /** SIGTERM; resolves when it has ended by itself, or by force because it took too long. */
  stop(): Promise<void>
}

export type ReplicaOptions = {
  name: string
  /** where `src/main.ts` of the service is */
  serviceFolder: string
  folder: string
  /** Asked at each start. */
  env(): Record<string, string>
  /** answers 200 when it has started; by default `/healthz`, for drills that take its database away */
  readyPath?: string
  stopped: AbortSignal
}

/** One process of a service, which keeps its port and its spool when it is started again. */
export async function createReplica(options: ReplicaOptions): Promise<Replica> {
  const { name, serviceFolder, folder, env, readyPath = '/healthz', stopped } = options
  const port = await findStablePort()
  const url = `http://127.0.0.1:${port}`
  const spoolFolder = join(folder, `${name}-spool`)
  let starts = 0
  let service: ServiceProcess | null = null
  let startedAt = 0
  return {
    name,
    url,
    spoolFolder,
    upForMs: () => performance.now() - startedAt,
    async start() {
      starts += 1
      startedAt = performance.now()
      service = startService({
        name,
        script: join(serviceFolder, 'src/main.ts'),
        cwd: serviceFolder,
        url,
        readyPath,
        logFile: join(folder, 'logs', `${name}-${String(starts).padStart(3, '0')}.log`),
        pidFile: join(folder, `${name}.pid`),
        env: { PATH: process.env.PATH, PORT: String(port), SPOOL_DIR: spoolFolder, ...env() },
      })
      await service.untilReady(stopped)
    },
    async kill() {
      service?.kill()
      await service?.ended
    },
    stop: async () => service?.stop(),
  }
}
