import type { TestContext } from 'node:test'
import { createPool } from '@werk/shared/database/pool'
import { pollUntil } from '@werk/shared/test-kit/poll-until'
import { createDatabase } from '../../../identity-service/src/infrastructure/database.ts'
import type { Changed } from '../../../identity-service/src/infrastructure/feed-state.ts'
import { recordChange, type Transaction } from '../../../identity-service/src/infrastructure/record-change.ts'
import { inTransaction } from '../../../identity-service/src/infrastructure/transaction.ts'
import {
  type IdentityService,
  startIdentityService,
} from '../../../identity-service/test/kit/identity-service.ts'
import { startTicketService } from '../../../ticket-service/test/kit/ticket-service.ts'

export const internalSecret = 'a secret between services, of 32 bytes or more'

type App = IdentityService['app']

/** An identity-service that listens, and what changes its database as an admin would. */
export async function startIdentity(t: TestContext, port = 0) {
  const identity = await startIdentityService({ INTERNAL_SECRET: internalSecret })
  const pool = createPool(identity.config)
  const database = createDatabase(pool)
  t.after(async () => {
    await database.$disconnect()
    await pool.end()
    await identity.close()
  })
  const url = await identity.app.listen({ port, host: '127.0.0.1' })
  let running: App = identity.app
  return {
    url,
    port: Number(new URL(url).port),
    get app() {
      return running
    },
    database,
    /** Changes something and publishes it, in one transaction. */
    change: (work: (tx: Transaction) => Promise<readonly Changed[]>) =>
      inTransaction(database, async (tx) => recordChange(tx, { changed: await work(tx) })),
    stop: () => running.close(),
    /** Another process over the same database, at the same address. */
    async startAgain() {
      running = await identity.startReplica()
      t.after(() => running.close())
      await running.listen({ port: Number(new URL(url).port), host: '127.0.0.1' })
    },
  }
}

/** A ticket-service that follows it, and is up to date with it. */
export async function startFollower(t: TestContext, identityUrl: string, env: Record<string, string> = {}) {
  const ticket = await startTicketService({
    IDENTITY_URL: identityUrl,
    INTERNAL_SECRET: internalSecret,
    ...env,
  })
  t.after(() => ticket.close())
  await untilFollowing(ticket.app)
  return ticket
}

export const untilFollowing = (app: App) =>
  pollUntil('it follows', async () => ((await figure(app, 'directory_following')) === 1 ? true : undefined))

/** A figure of `/metrics`. */
export async function figure(app: App, name: string): Promise<number> {
  const { body } = await app.inject('/metrics')
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (.+)$`, 'm').exec(body)?.[1])
}

/** The status of a list of tickets for a caller. */
export async function statusFor(app: App, token: string, headers: Record<string, string> = {}) {
  const answer = await app.inject({
    url: '/api/tickets',
    headers: { authorization: `Bearer ${token}`, ...headers },
  })
  return answer.statusCode
}

/** Milliseconds until the caller is answered with this status. */
export async function timeUntil(
  app: App,
  token: string,
  status: number,
  headers: Record<string, string> = {},
) {
  const start = performance.now()
  await pollUntil(`status ${status}`, async () =>
    (await statusFor(app, token, headers)) === status ? true : undefined,
  )
  return Math.round(performance.now() - start)
}
