import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Principal } from '@werk/shared/auth/principal'
import { createPeriodicTask } from '@werk/shared/outbox/periodic-task'
import type { FastifyRequest } from 'fastify'
import { type AccessTokens, dayInSeconds } from '../accounts/access-tokens.ts'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Config } from '../config.ts'
import type { Database } from '../infrastructure/database.ts'
import type { RequireRecentProof } from '../proofs/require-recent-proof.ts'
import { createEndReplaced } from '../sessions/end-replaced.wire.ts'
import { createSendGrant } from '../sessions/grant.wire.ts'
import { createGrantSession, createWriteGrant } from '../sessions/grant-session.ts'
import { createLogOut } from '../sessions/log-out.ts'
import { type Clock, createOpenSession } from '../sessions/open-session.ts'
import { createOwnSessions } from '../sessions/own-sessions.ts'
import { createPurgeExpired } from '../sessions/purge-expired.repository.ts'
import { registerRefreshRoutes } from '../sessions/refresh.routes.ts'
import { createRefreshCookie } from '../sessions/refresh-cookie.wire.ts'
import { createRefreshSession } from '../sessions/refresh-session.ts'
import { createSuccessorsOf } from '../sessions/refresh-token.ts'
import { createRefreshTokensRepository } from '../sessions/refresh-tokens.repository.ts'
import { createRefuseForeignPages } from '../sessions/refuse-foreign-pages.wire.ts'
import { createSessionsRepository } from '../sessions/sessions.repository.ts'
import { registerSessionRoutes } from '../sessions/sessions.routes.ts'
import { createOwnTeamsRepository } from '../teams/own-teams.repository.ts'

type Needs = {
  app: App
  config: Config
  database: Database
  accounts: AccountsRepository
  accessTokens: AccessTokens
  getOwnAccount: GetOwnAccount
  authenticate: Authenticate
  identify: (request: FastifyRequest) => Promise<Principal | null>
  requireRecentProof: RequireRecentProof
  clock: Clock
}

const purgeEveryMs = 600_000

/** Sessions: what opens them for the dialects, and the routes that refresh, show and end them. */
export function composeSessions(needs: Needs) {
  const { app, config, database, accounts, accessTokens, getOwnAccount, authenticate, identify, clock } =
    needs
  const sessions = createSessionsRepository(database)
  const refreshTokens = createRefreshTokensRepository(database)
  const ownTeams = createOwnTeamsRepository(database)
  const idleSeconds = config.SESSION_IDLE_HOURS * 3600
  const lives = {
    werk: { seconds: dayInSeconds },
    tixgo: { seconds: config.TOKEN_EXPIRE_MINUTES * 60 },
    workpulse: { seconds: config.SESSION_MAX_HOURS * 3600, idleSeconds },
  }
  const openSession = createOpenSession({ sessions, lives, clock })
  const writeGrant = createWriteGrant({ accessTokens, ownTeams, clock })
  const refreshSession = createRefreshSession({
    refreshTokens,
    accounts,
    successorsOf: createSuccessorsOf(config),
    writeGrant,
    graceSeconds: config.REFRESH_GRACE_SECONDS,
    idleSeconds,
    clock,
  })
  const cookie = createRefreshCookie(config.COOKIE_SAME_SITE)
  const sendGrant = createSendGrant(cookie)

  const logOut = createLogOut({ sessions, refreshTokens })
  registerRefreshRoutes(app, {
    identify,
    refreshSession,
    logOut,
    sendGrant,
    cookie,
    refuseForeignPages: createRefuseForeignPages(config.CORS_ORIGINS),
  })
  registerSessionRoutes(app, {
    authenticate,
    getOwnAccount,
    requireRecentProof: needs.requireRecentProof,
    ownSessions: createOwnSessions({ sessions, clock }),
  })

  const purgeExpired = createPurgeExpired(database)
  const run = () => purgeExpired(clock.now())
  const purge = createPeriodicTask({
    name: 'sessions.purge',
    everyMs: purgeEveryMs,
    run,
    logger: app.log,
  })
  app.addHook('onReady', async () => purge.start())

  const grantSession = createGrantSession({ openSession, writeGrant })
  const endReplaced = createEndReplaced({ cookie, logOut })
  return { openSession, grantSession, endReplaced, sendGrant, ownTeams, stop: () => purge.stop() }
}
