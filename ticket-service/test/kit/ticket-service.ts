import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StartOptions, startSandbox } from '@werk/invgate-sandbox/start'
import { readConfig } from '@werk/shared/config/read-config'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import { testSecret } from '@werk/shared/test-kit/sign-token'
import { buildApp } from '../../src/app.ts'
import { type Config, ConfigSchema } from '../../src/config.ts'

const serviceFolder = join(import.meta.dirname, '../..')

/**
 * The production app over a database of its own and a sandbox of its own. `env` overrides the environment; a `clock` is
 * that of all replicas, and does not run by itself.
 */
export async function startTicketService(
  env: Record<string, string> = {},
  sandboxOptions: StartOptions = {},
  options: { clock?: { now(): Date } } = {},
) {
  const [database, sandbox, folder] = await Promise.all([
    createTestDatabase(serviceFolder),
    startSandbox(sandboxOptions),
    mkdtemp(join(tmpdir(), 'werk-ticket-')),
  ])
  const logLines: string[] = []
  const config = readConfig(ConfigSchema, {
    NODE_ENV: 'test',
    LOG_LEVEL: 'debug',
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: '5',
    JWT_SECRET: testSecret,
    ARMMADA_BASE_URL: sandbox.url,
    ARMMADA_USERNAME: sandbox.username,
    ARMMADA_PASSWORD: sandbox.password,
    // What one test makes InvGate do must not open a circuit before the next.
    ARMMADA_BREAKER_FAILURES: '1000',
    // What looks at InvGate by itself is for the tests of that.
    SYNC_INTERVAL_MS: '0',
    UPLOAD_DIR: join(folder, 'uploads'),
    SPOOL_DIR: join(folder, 'spool'),
    // The test machine's other work must not look like the service's.
    MAX_EVENT_LOOP_DELAY_MS: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_PER_ACCOUNT: '0',
    ...env,
  })
  const replicas: { close(): Promise<unknown> }[] = []
  /** Another process over the same database, InvGate and attachments, with a disk of its own for what waits. */
  const startReplica = async (settings: Partial<Config> = {}) => {
    const SPOOL_DIR = join(folder, `spool-${replicas.length}`)
    const replica = await buildApp(
      { ...config, SPOOL_DIR, ...settings },
      { ...options, logStream: { write: (line) => logLines.push(line) } },
    )
    replicas.push(replica)
    await replica.ready()
    return replica
  }
  const app = await startReplica({ SPOOL_DIR: config.SPOOL_DIR })
  return {
    app,
    startReplica,
    config,
    database,
    sandbox,
    folder,
    logLines,
    async close() {
      await Promise.all(replicas.map((replica) => replica.close()))
      await Promise.all([database.drop(), sandbox.close(), rm(folder, { recursive: true })])
    },
  }
}

export type TicketService = Awaited<ReturnType<typeof startTicketService>>
