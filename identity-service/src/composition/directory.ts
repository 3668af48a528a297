import type { App } from '@werk/shared/app/create-app'
import { createAuthenticateService, registerServiceTokens } from '@werk/shared/auth/service-token'
import type { Config } from '../config.ts'
import { createFeedRepository } from '../directory/feed.repository.ts'
import { createFeedBell } from '../directory/feed-bell.ts'
import { registerInternalRoutes } from '../directory/internal.routes.ts'
import { createRecordKeyUses } from '../directory/key-uses.repository.ts'
import { publishMissing } from '../directory/publish-missing.ts'
import { createReadFeed } from '../directory/read-feed.ts'
import { createUnpublishedRepository } from '../directory/unpublished.repository.ts'
import type { Database } from '../infrastructure/database.ts'

type Parts = { app: App; config: Config; database: Database }

/** What the ticket-service learns accounts, tenants, teams and revocations from, for who has the services' secret. */
export async function composeDirectory({ app, config, database }: Parts) {
  const feed = createFeedRepository(database)
  const { INTERNAL_SECRET } = config
  if (INTERNAL_SECRET !== undefined) {
    const tokens = await registerServiceTokens(app, { ...config, INTERNAL_SECRET })
    const bell = createFeedBell({ readSeq: async () => (await feed.readHead()).seq })
    app.addHook('preClose', async () => bell.close())
    registerInternalRoutes(app, {
      authenticateService: createAuthenticateService(tokens),
      readFeed: createReadFeed({ feed, bell }),
      recordKeyUses: createRecordKeyUses(database),
    })
  }
  const unpublished = createUnpublishedRepository(database)
  return { publishMissing: () => publishMissing(unpublished) }
}
