import { type App, createApp } from '@werk/shared/app/create-app'
import { registerHealth } from '@werk/shared/app/health'
import type { LogStream } from '@werk/shared/app/logging'
import { createAuthenticate, createIdentify } from '@werk/shared/auth/authenticate'
import { foldLoginName } from '@werk/shared/auth/login-name'
import { registerTokens } from '@werk/shared/auth/tokens'
import { createPool } from '@werk/shared/database/pool'
import { createAnswerCipher } from '@werk/shared/idempotency/answer-cipher'
import { createAnswerOnce } from '@werk/shared/idempotency/answer-once'
import { createKeyScope } from '@werk/shared/idempotency/idempotency-key'
import { createIdempotencyStore } from '@werk/shared/idempotency/idempotency-store'
import { createKeyPurge } from '@werk/shared/idempotency/purge-keys'
import { createInvGateClient } from '@werk/shared/invgate/client'
import { invgateOptions } from '@werk/shared/invgate/options'
import { createOutbox } from '@werk/shared/outbox/outbox'
import type { FastifyRequest } from 'fastify'
import { createAccessTokens, dayInSeconds } from './accounts/access-tokens.ts'
import { createAccountsRepository } from './accounts/accounts.repository.ts'
import { adoptImportedAccounts } from './accounts/adopt-imported-accounts.ts'
import { ensureAdmin } from './accounts/ensure-admin.ts'
import { createGetOwnAccount } from './accounts/get-own-account.ts'
import { createLogIn } from './accounts/log-in.ts'
import { createRegisterAccount } from './accounts/register-account.ts'
import { createResumeRegistration } from './accounts/resume-registration.ts'
import { registerTixgoAuthRoutes } from './accounts/tixgo-auth.routes.ts'
import { registerWerkAuthRoutes } from './accounts/werk-auth.routes.ts'
import type { Config } from './config.ts'
import { createOwnDirectory } from './directory/own-directory.repository.ts'
import { createDatabase } from './infrastructure/database.ts'
import {
  createEnsureInvgateUser,
  createFirstTry,
  invgateUserJob,
} from './invgate-users/ensure-invgate-user.ts'
import { createBcryptPool } from './passwords/bcrypt-pool.ts'
import { createPasswords } from './passwords/passwords.ts'
import { createOpenSession } from './sessions/open-session.ts'
import { createSessionsRepository } from './sessions/sessions.repository.ts'
import { createTenantsRepository } from './tenants/tenants.repository.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body's field that names the account, on a route that logs in. */
    loginNameIn?: 'email' | 'username'
  }
}

type Options = { logStream?: LogStream }

/** The composition root: makes the parts and registers the routes. Listening is `main.ts`'s. */
export async function buildApp(config: Config, options: Options = {}): Promise<App> {
  const platform = {
    service: 'identity-service',
    title: 'Werk identity',
    version: '1.0.0',
    config,
    ...options,
  }
  const { app, metrics, checks, createLimit, limitAccount } = await createApp(platform)
  const tokens = await registerTokens(app, config, metrics)

  const pool = createPool(config)
  const database = createDatabase(pool)
  const invgate = createInvGateClient({ ...invgateOptions(config), logger: app.log, metrics })
  const bcrypt = createBcryptPool(config.PASSWORD_WORKERS)
  const passwords = createPasswords({ bcrypt, cost: config.PASSWORD_HASH_COST })
  const accounts = createAccountsRepository(database)
  const tenants = createTenantsRepository(database)
  const directory = createOwnDirectory(database)
  const sessions = createSessionsRepository(database)
  const clock = { now: () => new Date() }

  const ensureInvgateUser = createEnsureInvgateUser({ accounts, invgate })
  const outbox = createOutbox({ pool, handlers: { [invgateUserJob]: ensureInvgateUser }, logger: app.log })
  const waitMs = config.INVGATE_REGISTER_WAIT_MS
  const invgateUsers = {
    jobKind: invgateUserJob,
    ensure: createFirstTry({ accounts, attempt: outbox.attempt, waitMs }),
  }

  const selfRegistrationRoles = config.SELF_REGISTRATION_ROLES
  const registerAccount = createRegisterAccount({
    accounts,
    tenants,
    passwords,
    selfRegistrationRoles,
    invgateUsers,
  })
  const resumeRegistration = createResumeRegistration({ accounts, invgateUsers })
  const idempotency = createIdempotencyStore(createAnswerCipher(config))
  const answerOnce = createAnswerOnce({ pool, store: idempotency, keys: createKeyScope(config) })
  const keyPurge = createKeyPurge({ pool, store: idempotency, logger: app.log })
  const logIn = createLogIn({ accounts, passwords })
  const getOwnAccount = createGetOwnAccount({ accounts })
  const openSession = createOpenSession({
    sessions,
    lives: {
      werk: { seconds: dayInSeconds },
      tixgo: { seconds: config.TOKEN_EXPIRE_MINUTES * 60 },
      workpulse: {
        seconds: config.SESSION_MAX_HOURS * 3600,
        idleSeconds: config.SESSION_IDLE_HOURS * 3600,
      },
    },
    clock,
  })
  const accessTokens = createAccessTokens({ tokens, tixgoMinutes: config.TOKEN_EXPIRE_MINUTES })
  const authenticate = createAuthenticate({ tokens, directory, limitAccount })
  const identify = createIdentify({ tokens, directory })
  const limitLogins = createLimit(config.RATE_LIMIT_LOGIN, attemptedLogin)

  registerHealth(app, app.service, {
    required: { database: () => pool.query('SELECT 1') },
    optional: { invgate: () => invgate.ping(1500), ...checks },
  })
  const registration = { registerAccount, resumeRegistration, answerOnce, openSession, directory }
  registerWerkAuthRoutes(app, { ...registration, logIn, accessTokens, limitLogins })
  registerTixgoAuthRoutes(app, {
    ...registration,
    logIn,
    getOwnAccount,
    accessTokens,
    authenticate,
    identify,
    limitLogins,
  })

  app.addHook('onReady', async () => {
    const imported = await adoptImportedAccounts(accounts)
    if (imported.adopted + imported.left.length > 0)
      app.log.info(imported, 'imported accounts were given login names')
    if (config.ADMIN_EMAIL !== undefined && config.ADMIN_PASSWORD !== undefined) {
      const made = await ensureAdmin({ accounts, passwords }, config.ADMIN_EMAIL, config.ADMIN_PASSWORD)
      if (made) app.log.info('the first admin was made')
    }
    outbox.start()
    keyPurge.start()
  })
  app.addHook('onClose', async () => {
    await Promise.all([outbox.stop(), keyPurge.stop()])
    await Promise.all([invgate.close(), bcrypt.close(), database.$disconnect()])
    await pool.end()
  })
  return app
}

/**
 * The key by which log-ins are limited: the account that they aim at, whoever makes them and in whichever dialect.
 * Without the white space around, because the database does not tell a name from one with spaces at its end.
 */
function attemptedLogin({ body, routeOptions }: FastifyRequest): string {
  const field = routeOptions.config.loginNameIn ?? 'email'
  const { [field]: name = '' } = body as { email?: string; username?: string }
  return `login:${foldLoginName(name).trim()}`
}
