import { join } from 'node:path'
import { startSandbox } from '@werk/invgate-sandbox/start'
import { readConfig } from '@werk/shared/config/read-config'
import { createTestDatabase } from '@werk/shared/test-kit/database'
import { testSecret } from '@werk/shared/test-kit/sign-token'
import { buildApp } from '../../src/app.ts'
import { ConfigSchema } from '../../src/config.ts'

const serviceFolder = join(import.meta.dirname, '../..')

/** The production app over a database of its own and a sandbox of its own. `env` overrides the environment. */
export async function startIdentityService(
  env: Record<string, string> = {},
  { clock }: Pick<NonNullable<Parameters<typeof buildApp>[1]>, 'clock'> = {},
) {
  const [database, sandbox] = await Promise.all([createTestDatabase(serviceFolder), startSandbox()])
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
    ARMMADA_BREAKER_RESET_MS: '200',
    ARMMADA_BREAKER_FAILURES: '1000',
    PASSWORD_HASH_COST: '4',
    // The test machine's other work must not look like the service's.
    MAX_EVENT_LOOP_DELAY_MS: '0',
    RATE_LIMIT_PER_ADDRESS: '0',
    RATE_LIMIT_PER_ACCOUNT: '0',
    GUESS_LIMIT_ACCOUNT: '0',
    GUESS_LIMIT_ADDRESS: '0',
    ...env,
  })
  const start = async () => {
    const app = await buildApp(config, {
      logStream: { write: (line) => logLines.push(line) },
      ...(clock !== undefined && { clock }),
    })
    await app.ready()
    return app
  }
  const tidyUp = () => Promise.all([database.drop(), sandbox.close()])
  const app = await start().catch(async (error) => {
    await tidyUp()
    throw error
  })
  return {
    app,
    config,
    database,
    sandbox,
    logLines,
    /** Another instance over the same database. */
    startReplica: start,
    async close() {
      await app.close()
      await tidyUp()
    },
  }
}

export type IdentityService = Awaited<ReturnType<typeof startIdentityService>>
