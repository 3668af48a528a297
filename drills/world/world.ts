import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPassword } from '../../scripts/database/private-database.ts'
import type { Pace } from '../pace.ts'
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
  /** for how long nobody takes up what a process that died had in hand */
  leaseMs: number
  /** Takes away every fault that a scenario left behind. */
  mend(): Promise<void>
  /** @param keepFolder for whoever wants to know what went wrong */
  close(options: { keepFolder: boolean }): Promise<void>
}

export type WorldOptions = {
  /** of the ticket-service, or of a sabotaged copy */
  serviceFolder: string
  pace: Pick<Pace, 'invgateTimeoutMs'>
  say(line: string): void
  stopped: AbortSignal
}

/** As the ticket-service has it, beyond InvGate's time. */
const leaseMarginMs = 30_000
/** What InvGate does late, it does this soon after it was given up: what is sent again must come after. */
const settleMarginMs = 2000
const root = join(import.meta.dirname, '../..')

/** A database server, InvGate's sandbox and two replicas of the ticket-service: real processes, of this drill alone. */
export async function startWorld({ serviceFolder, pace, say, stopped }: WorldOptions): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'werk-drill-'))
  const closers: (() => Promise<unknown>)[] = []
  const close = async ({ keepFolder }: { keepFolder: boolean }) => {
    // One that fails must not leave the others behind.
    for (const closeOne of closers.toReversed()) await closeOne().catch((error) => say(String(error)))
    if (!keepFolder) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const database = await startDrillDatabase(join(serviceFolder, 'prisma/migrations'), say)
    closers.push(database.close)
    const desk = await startDesk(root, folder, stopped)
    closers.push(desk.close)
    const jwtSecret = createPassword()
    const { invgateTimeoutMs } = pace
    const leaseMs = invgateTimeoutMs + leaseMarginMs
    const uploadFolder = join(folder, 'uploads')
    const env = environment({
      jwtSecret,
      uploadFolder,
      databaseUrl: database.url,
      deskUrl: desk.url,
      invgateTimeoutMs,
    })
    const common = { serviceFolder, folder, env: () => env, stopped }
    const replicas = [
      await createReplica({ ...common, name: 'replica-1' }),
      await createReplica({ ...common, name: 'replica-2' }),
    ] as const
    closers.push(() => Promise.all(replicas.map((replica) => replica.kill())))
    await Promise.all(replicas.map((replica) => replica.start()))
    const mend = async () => {
      for (const { holds } of [database, desk]) holds.disarm()
      database.mend()
      await database.start()
      await desk.control.clearFaults()
    }
    return { mend, jwtSecret, folder, uploadFolder, desk, database, replicas, leaseMs, close }
  } catch (error) {
    await close({ keepFolder: false })
    throw error
  }
}

type Settings = {
  jwtSecret: string
  uploadFolder: string
  databaseUrl: string
  deskUrl: string
  invgateTimeoutMs: number
}

/** As in production, but for limits on what one machine or InvGate is to bear, and waits that would make it long. */
function environment(settings: Settings): Record<string, string> {
  const { jwtSecret, uploadFolder, databaseUrl, deskUrl, invgateTimeoutMs } = settings

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
    ARMMADA_TIMEOUT_MS: String(invgateTimeoutMs),
    ARMMADA_BREAKER_RESET_MS: '1000',
    IN_DOUBT_SETTLE_MS: String(invgateTimeoutMs + settleMarginMs),
  }
}
