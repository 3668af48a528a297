import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPassword } from '../../scripts/database/private-database.ts'
import { startThrowAwayDatabase } from '../../scripts/database/throw-away-database.ts'
import { migrateDatabases, prepareDatabases } from '../../scripts/start/databases.ts'
import { createRotation, type Rotation } from '../clients/rotation.ts'
import { startDesk } from '../world/desk.ts'
import { createReplica, type Replica } from '../world/replica.ts'

export type ServiceName = 'identity' | 'tickets'

export type TokenSecrets = { current: string; previous?: string }

export type AccessWorld = {
  /** the processes' logs */
  folder: string
  replicas: Readonly<Record<ServiceName, readonly [Replica, Replica]>>
  /** Clients take the replicas of each service in turn. */
  rotations: Readonly<Record<ServiceName, Rotation>>
  /** an operator, who may do anything */
  admin: { email: string; password: string }
  /** what the replicas were last told */
  secrets(): TokenSecrets
  /** Every replica that starts from now on is told these. */
  tell(secrets: TokenSecrets): void
  close(options: { keepFolder: boolean }): Promise<void>
}

type Options = { say(line: string): void; stopped: AbortSignal }

const root = join(import.meta.dirname, '../..')

/**
 * A database server, InvGate's sandbox, and two replicas of each service: real processes, of this drill alone. Each
 * replica of the ticket-service follows a replica of the identity-service of its own, which nothing stands in for.
 */
export async function startAccessWorld({ say, stopped }: Options): Promise<AccessWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'werk-drill-'))
  const closers: (() => Promise<unknown>)[] = []
  const close = async ({ keepFolder }: { keepFolder: boolean }) => {
    for (const closeOne of closers.toReversed()) await closeOne().catch((error) => say(String(error)))
    if (!keepFolder) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const database = await startThrowAwayDatabase(say)
    closers.push(database.stop)
    const urls = await prepareDatabases(database, folder)
    await migrateDatabases(root, urls, () => {})
    const desk = await startDesk(root, folder, stopped)
    closers.push(desk.close)

    let told: TokenSecrets = { current: createPassword() }
    const admin = { email: 'operator@drill.invalid', password: createPassword() }
    const common = {
      ...environment(desk.url, folder),
      ADMIN_EMAIL: admin.email,
      ADMIN_PASSWORD: admin.password,
    }
    const create = async (service: 'identity-service' | 'ticket-service', number: number, env: object) => {
      const replica = await createReplica({
        name: `${service}-${number}`,
        serviceFolder: join(root, service),
        folder,
        env: () => ({ ...common, ...env, ...environmentOf(told) }),
        readyPath: '/readyz',
        stopped,
      })
      closers.push(replica.kill)
      return replica
    }
    const identityEnv = { DATABASE_URL: urls.identity }
    const identity = [
      await create('identity-service', 1, identityEnv),
      await create('identity-service', 2, identityEnv),
    ] as const
    const ticketsEnv = { DATABASE_URL: urls.ticket }
    const tickets = [
      await create('ticket-service', 1, { ...ticketsEnv, IDENTITY_URL: identity[0].url }),
      await create('ticket-service', 2, { ...ticketsEnv, IDENTITY_URL: identity[1].url }),
    ] as const
    await Promise.all([...identity, ...tickets].map((replica) => replica.start()))
    return {
      folder,
      replicas: { identity, tickets },
      rotations: { identity: createRotation(identity), tickets: createRotation(tickets) },
      admin,
      secrets: () => told,
      tell: (secrets) => {
        told = secrets
      },
      close,
    }
  } catch (error) {
    await close({ keepFolder: false })
    throw error
  }
}

/** As in production, but for limits on what one machine, one address or InvGate is to bear. */
function environment(deskUrl: string, folder: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    // Processes are started again and again.
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    LOG_LEVEL: 'info',
    INTERNAL_SECRET: createPassword(),
    UPLOAD_DIR: join(folder, 'uploads'),
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_PER_ACCOUNT: '0',
    // A hash takes most of a log-in's time, and this drill is not about passwords.
    PASSWORD_HASH_COST: '4',
    ARMMADA_BASE_URL: deskUrl,
    ARMMADA_USERNAME: 'sandbox',
    ARMMADA_PASSWORD: 'sandbox',
  }
}

function environmentOf({ current, previous }: TokenSecrets): Record<string, string> {
  return { JWT_SECRET: current, ...(previous !== undefined && { JWT_SECRET_PREVIOUS: previous }) }
}
