import cookie from '@fastify/cookie'
import { type App, createApp } from '@werk/shared/app/create-app'
import { registerHealth } from '@werk/shared/app/health'
import type { LogStream } from '@werk/shared/app/logging'
import { createAuthenticate, createIdentify } from '@werk/shared/auth/authenticate'
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
import { createAccessTokens } from './accounts/access-tokens.ts'
import { createAccountsRepository } from './accounts/accounts.repository.ts'
import { adoptImportedAccounts } from './accounts/adopt-imported-accounts.ts'
import { ensureAdmin } from './accounts/ensure-admin.ts'
import { createGetOwnAccount } from './accounts/get-own-account.ts'
import { createLogIn } from './accounts/log-in.ts'
import { createRefusedLogIns } from './accounts/refused-log-ins.repository.ts'
import { createRegisterAccount } from './accounts/register-account.ts'
import { createResumeRegistration } from './accounts/resume-registration.ts'
import { registerTixgoAuthRoutes } from './accounts/tixgo-auth.routes.ts'
import { registerWerkAuthRoutes } from './accounts/werk-auth.routes.ts'
import { registerWorkpulseAuthRoutes } from './accounts/workpulse-auth.routes.ts'
import { composeAdministration } from './composition/administration.ts'
import { composeApiKeys } from './composition/api-keys.ts'
import { composeDirectory } from './composition/directory.ts'
import { composeGuessing } from './composition/guessing.ts'
import { composeOpenid } from './composition/openid.ts'
import { composeMails, composePasswordRoutes, composePasswords } from './composition/passwords.ts'
import { composeProfile } from './composition/profile.ts'
import { composeSecondFactors } from './composition/second-factors.ts'
import { composeSessions } from './composition/sessions.ts'
import type { Config } from './config.ts'
import { createOwnDirectory } from './directory/own-directory.repository.ts'
import { createDatabase } from './infrastructure/database.ts'
import {
  createEnsureInvgateUser,
  createFirstTry,
  invgateUserJob,
} from './invgate-users/ensure-invgate-user.ts'
import type { Clock } from './sessions/open-session.ts'
import { createTenantsRepository } from './tenants/tenants.repository.ts'

type Options = { logStream?: LogStream /** for tests that move it */; clock?: Clock }

/** The composition root: makes the parts and registers the routes. Listening is `main.ts`'s. */
export async function buildApp(config: Config, options: Options = {}): Promise<App> {
  const platform = {
    service: 'identity-service',
    title: 'Werk identity',
    version: '1.0.0',
    config,
    ...options,
  }
  const { app, metrics, checks, limitAccount } = await createApp(platform)
  // Every answer is about somebody, and some hold tokens, codes or keys: RFC 6749, 5.1.
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'))
  const tokens = await registerTokens(app, config, metrics)

  const pool = createPool(config)
  const database = createDatabase(pool)
  const invgate = createInvGateClient({ ...invgateOptions(config), logger: app.log, metrics })
  const guesses = composeGuessing({ config, pool, metrics })
  const { passwords, passwordPolicy, ...passwordWorkers } = await composePasswords(config)
  const accounts = createAccountsRepository(database)
  const tenants = createTenantsRepository(database)
  const directory = createOwnDirectory(database)
  const { publishMissing } = await composeDirectory({ app, config, database })
  const { clock = { now: () => new Date() } } = options

  const ensureInvgateUser = createEnsureInvgateUser({ accounts, invgate })
  const mails = composeMails({ app, config, database, accounts, clock })
  const handlers = { [invgateUserJob]: ensureInvgateUser, ...mails.jobs }
  const outbox = createOutbox({ pool, handlers, logger: app.log })
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
    passwordPolicy,
    selfRegistrationRoles,
    invgateUsers,
  })
  const resumeRegistration = createResumeRegistration({ accounts, invgateUsers })
  const idempotency = createIdempotencyStore(createAnswerCipher(config))
  const answerOnce = createAnswerOnce({ pool, store: idempotency, keys: createKeyScope(config) })
  const keyPurge = createKeyPurge({ pool, store: idempotency, logger: app.log })
  const authenticate = createAuthenticate({ tokens, directory, limitAccount })
  const getOwnAccount = createGetOwnAccount({ accounts })
  const own = { app, database, authenticate, getOwnAccount, clock }
  const { checkSecondFactor, requireRecentProof } = composeSecondFactors({
    ...own,
    config,
    passwords,
    guesses,
  })
  composeApiKeys({ ...own, answerOnce, requireRecentProof })
  await composeAdministration({
    ...own,
    answerOnce,
    accounts,
    tenants,
    passwords,
    passwordPolicy,
    invgateUsers,
    resumeRegistration,
  })
  composeProfile(own)
  const logIn = createLogIn({
    accounts,
    passwords,
    guesses,
    checkSecondFactor,
    refusedLogIns: createRefusedLogIns(database),
  })
  const { passwordChanges } = mails
  composePasswordRoutes({
    ...own,
    passwords,
    passwordPolicy,
    passwordChanges,
    guesses,
    checkSecondFactor,
  })
  const accessTokens = createAccessTokens({
    tokens,
    tixgoMinutes: config.TOKEN_EXPIRE_MINUTES,
    workpulseMinutes: config.ACCESS_TOKEN_MINUTES,
  })
  const identify = createIdentify({ tokens, directory })

  registerHealth(app, app.service, {
    required: { database: () => pool.query('SELECT 1') },
    optional: { invgate: () => invgate.ping(1500), ...mails.checks, ...checks },
  })
  await app.register(cookie)
  const sessions = composeSessions({
    app,
    config,
    database,
    accounts,
    accessTokens,
    getOwnAccount,
    authenticate,
    identify,
    requireRecentProof,
    clock,
  })
  const { openSession } = sessions
  const registration = { registerAccount, resumeRegistration, answerOnce, openSession, directory }
  registerWerkAuthRoutes(app, { ...registration, logIn, accessTokens })
  registerTixgoAuthRoutes(app, {
    ...registration,
    logIn,
    getOwnAccount,
    accessTokens,
    authenticate,
    identify,
  })
  registerWorkpulseAuthRoutes(app, { ...registration, ...sessions, logIn, getOwnAccount, authenticate })
  const admitted = { accounts, tenants, invgateUsers, directory, checkSecondFactor, requireRecentProof }
  composeOpenid({ ...own, ...admitted, ...sessions, config })

  app.addHook('onReady', async () => {
    const imported = await adoptImportedAccounts(accounts)
    if (imported.adopted + imported.left.length > 0)
      app.log.info(imported, 'imported accounts were given login names')
    if (config.ADMIN_EMAIL !== undefined && config.ADMIN_PASSWORD !== undefined) {
      const parts = { accounts, passwords, passwordPolicy }
      const made = await ensureAdmin(parts, config.ADMIN_EMAIL, config.ADMIN_PASSWORD)
      if (made) app.log.info('the first admin was made')
    }
    const published = await publishMissing()
    if (published > 0) app.log.info({ published }, 'what the directory feed did not tell of was published')
    outbox.start()
    keyPurge.start()
  })
  app.addHook('onClose', async () => {
    await Promise.all([outbox.stop(), keyPurge.stop(), sessions.stop()])
    await Promise.all([invgate.close(), passwordWorkers.close(), database.$disconnect()])
    await pool.end()
  })
  return app
}
