import type { App } from '@werk/shared/app/create-app'
import type { Check } from '@werk/shared/app/health'
import { type Directory, noDirectory } from '@werk/shared/auth/directory'
import { registerServiceTokens } from '@werk/shared/auth/service-token'
import { ConfigError } from '@werk/shared/config/read-config'
import type { Pool } from '@werk/shared/database/pool'
import { createFeedClient } from '@werk/shared/directory/feed-client'
import { createPeriodicTask, type PeriodicTask } from '@werk/shared/outbox/periodic-task'
import type { Registry } from 'prom-client'
import type { Config } from '../config.ts'
import { createDirectoryMemory } from '../directory/directory-memory.ts'
import { createDirectoryModel } from '../directory/directory-model.repository.ts'
import { createDirectoryStatus } from '../directory/directory-status.ts'
import { createFollowDirectory } from '../directory/follow-directory.ts'
import { createKeyUses } from '../directory/key-uses.ts'

type Parts = { app: App; config: Config; pool: Pool; metrics: Registry; clock: { now(): Date } }

export type ComposedDirectory = { directory: Directory; checks: Record<string, Check>; tasks: PeriodicTask[] }

const hour = 60 * 60 * 1000
const reportEveryMs = 30_000

/** What the identity-service tells of accounts, tenants and revocations, where this service is told how to ask. */
export async function composeDirectory(parts: Parts): Promise<ComposedDirectory> {
  const { app, config } = parts
  const { IDENTITY_URL, INTERNAL_SECRET } = config
  if (IDENTITY_URL !== undefined && INTERNAL_SECRET !== undefined)
    return follow(parts, { ...config, IDENTITY_URL, INTERNAL_SECRET })
  if (IDENTITY_URL !== undefined)
    throw new ConfigError(['INTERNAL_SECRET is required where IDENTITY_URL is set'])
  if (INTERNAL_SECRET !== undefined)
    throw new ConfigError(['IDENTITY_URL is required where INTERNAL_SECRET is set'])
  app.log.warn(
    'without IDENTITY_URL tokens count until they expire: log-outs and deactivations are not heard of',
  )
  return { directory: noDirectory, checks: {}, tasks: [] }
}

type FollowConfig = Config & { IDENTITY_URL: string; INTERNAL_SECRET: string }

async function follow(parts: Parts, config: FollowConfig): Promise<ComposedDirectory> {
  const { app, pool, metrics, clock } = parts
  const logger = app.log
  const { issue: issueToken } = await registerServiceTokens(app, config)
  const feed = createFeedClient({ baseUrl: config.IDENTITY_URL, issueToken })
  const model = createDirectoryModel(pool)
  const keyUses = createKeyUses({ report: feed.reportKeyUses, clock })
  const memory = createDirectoryMemory({ clock, noteKeyUse: keyUses.note })
  const status = createDirectoryStatus({ metrics, logger, clock })
  const following = createFollowDirectory({ feed, model, memory, status })
  const forget = async () => {
    // A token is still believed for a moment after its end.
    const before = new Date(clock.now().getTime() - hour)
    memory.forgetSessions(before)
    await model.forgetSessions(before)
  }
  const reports = createPeriodicTask({
    name: 'api-key-uses',
    everyMs: reportEveryMs,
    run: keyUses.flush,
    logger,
  })
  const last: PeriodicTask = {
    start: reports.start,
    async stop() {
      await reports.stop()
      await keyUses
        .flush()
        .catch((err) => logger.warn({ err }, 'the last uses of API keys were not reported'))
      feed.close()
    },
  }
  app.addHook('onReady', following.load)
  return {
    directory: memory.directory,
    checks: { directory: status.check },
    tasks: [
      following,
      last,
      createPeriodicTask({ name: 'ended-sessions', everyMs: hour, run: forget, logger }),
    ],
  }
}
