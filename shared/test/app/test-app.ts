import type { TestContext } from 'node:test'
import { type App, createApp, type PlatformConfig } from '../../src/app/create-app.ts'
import { type Dependencies, registerHealth } from '../../src/app/health.ts'
import type { CreateLimit } from '../../src/app/rate-limit.ts'
import { type Authenticate, callerOf, createAuthenticate } from '../../src/auth/authenticate.ts'
import { noDirectory } from '../../src/auth/directory.ts'
import { registerTokens, type TokenConfig, type Tokens } from '../../src/auth/tokens.ts'
import { testSecret } from '../../src/test-kit/sign-token.ts'

type Config = PlatformConfig & TokenConfig

type Setup = {
  config?: Partial<Config>
  dependencies?: Dependencies
  /** Adds what one test needs before the app is ready. */
  routes?: (app: App, parts: { createLimit: CreateLimit; authenticate: Authenticate }) => void
}

const defaults: Config = {
  NODE_ENV: 'test',
  LOG_LEVEL: 'debug',
  BODY_LIMIT_BYTES: 2048,
  REQUEST_TIMEOUT_MS: 10_000,
  TRUST_PROXY: [],
  CORS_ORIGINS: [],
  MAX_EVENT_LOOP_DELAY_MS: 0,
  RATE_LIMIT_PER_ADDRESS: 0,
  RATE_LIMIT_PER_ACCOUNT: 0,
  JWT_SECRET: testSecret,
  JWT_ISSUER: 'werk-identity',
  JWT_AUDIENCE: 'werk-ticketing',
}

/** The platform as the services build it, with `GET /me` (behind `authenticate`), `POST /echo` and `GET /open`. */
export async function startTestApp(t: TestContext, { config, dependencies, routes }: Setup = {}) {
  const logLines: string[] = []
  const settings = { ...defaults, ...config }
  const { app, metrics, createLimit, limitAccount } = await createApp({
    service: 'test-service',
    title: 'Test',
    version: '1.0.0',
    config: settings,
    logStream: { write: (line) => logLines.push(line) },
  })
  t.after(() => app.close())
  const tokens: Tokens = await registerTokens(app, settings, metrics)
  const authenticate = createAuthenticate({ tokens, directory: noDirectory, limitAccount })
  registerHealth(app, app.service, dependencies ?? { required: {} })
  app.get('/me', { onRequest: authenticate }, async (request) => ({
    ...callerOf(request),
    workingIn: request.tenantId,
  }))
  app.post('/echo', async (request) => request.body ?? null)
  app.get('/open', async () => ({ open: true }))
  routes?.(app, { createLimit, authenticate })
  await app.ready()
  return { app, tokens, logLines }
}
