import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPassword } from '../../scripts/database/private-database.ts'
import { type DrillDatabase, startDrillDatabase } from './database.ts'
import { type Desk, startDesk } from './desk.ts'
import { createReplica, type Replica } from './replica.ts'

export type World = {
  jwtSecret: string
  /** the processes' logs, spools and attachments */
  folder: string
  uploadFolder: string
  desk: Desk
  database: DrillDatabase
  replicas: readonly [Replica, Replica]
  /** @param keepFolder for whoever wants to know what went wrong */
  close(options: { keepFolder: boolean }): Promise<void>
}

export type WorldOptions = {
  /** of the ticket-service, or of a sabotaged copy */
  serviceFolder: string
  say(line: string): void
  stopped: AbortSignal
}

const root = join(import.meta.dirname, '../..')

/** A database server, InvGate's sandbox and two replicas of the ticket-service: real processes, of this drill alone. */
export async function startWorld({ serviceFolder, say, stopped }: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'werk-drill-'))
  const closers: (() => Promise<unknown>)[] = []
  const close = async ({ keepFolder }: { keepFolder: boolean }) => {
    for (const closeOne of closers.toReversed()) await closeOne()
    if (!keepFolder) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const database = await startDrillDatabase(join(serviceFolder, 'prisma/migrations'), say)
    closers.push(database.close)
    const desk = await startDesk(root, folder, stopped)
    closers.push(desk.close)
    const jwtSecret = createPassword()
    const uploadFolder = join(folder, 'uploads')
    const env = environment({ jwtSecret, uploadFolder, databaseUrl: database.url, deskUrl: desk.url })
    const common = { serviceFolder, folder, env, stopped }
    const replicas = [
      await createReplica({ ...common, name: 'replica-1' }),
      await createReplica({ ...common, name: 'replica-2' }),
    ] as const
    closers.push(() => Promise.all(replicas.map((replica) => replica.kill())))
    await Promise.all(replicas.map((replica) => replica.start()))
    return { jwtSecret, folder, uploadFolder, desk, database, replicas, close }
  } catch (error) {
    await close({ keepFolder: false })
    throw error
  }
}

type Places = { jwtSecret: string; uploadFolder: string; databaseUrl: string; deskUrl: string }

/** As in production, but for waits that would make a drill long. */
function environment({ jwtSecret, uploadFolder, databaseUrl, deskUrl }: Places): Record<string, string> {
  return {
    NODE_ENV: 'production',
    LOG_LEVEL: 'info',
    JWT_SECRET: jwtSecret,
    DATABASE_URL: databaseUrl,
    DATABASE_ACQUIRE_TIMEOUT_MS: '1000',
    UPLOAD_DIR: uploadFolder,
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_PER_ACCOUNT: '0',
    ARMMADA_BASE_URL: deskUrl,
    ARMMADA_USERNAME: 'sandbox',
    ARMMADA_PASSWORD: 'sandbox',
    ARMMADA_TIMEOUT_MS: '1000',
    IN_DOUBT_SETTLE_MS: '3000',
  }
}
