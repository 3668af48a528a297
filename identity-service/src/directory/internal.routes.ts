import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import { KeyUses } from '@werk/shared/directory/key-uses'
import Type from 'typebox'
import { FeedQuery } from './internal.schemas.ts'
import type { RecordKeyUses } from './key-uses.ts'
import type { ReadFeed } from './read-feed.ts'

type Needs = { authenticateService: Authenticate; readFeed: ReadFeed; recordKeyUses: RecordKeyUses }

/**
 * For other services alone, by their own tokens. They are few and known: what they ask is neither counted nor refused
 * under load, because nobody may get in for longer while it is.
 */
const config = { probe: true }

/** What the ticket-service learns accounts, tenants and revocations from; its wire is in shared/src/directory. */
export function registerInternalRoutes(
  app: App,
  { authenticateService: onRequest, readFeed, recordKeyUses }: Needs,
): void {
  app.get(
    '/internal/feed',
    { onRequest, config, schema: { hide: true, querystring: FeedQuery } },
    async ({ query }, reply) => {
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const { after: cursor, origin = null, wait, limit } = query
      return readFeed({ origin, cursor, limit, waitMs: wait * 1000 }, gone.signal)
    },
  )

  app.post(
    '/internal/api-key-uses',
    { onRequest, config, schema: { hide: true, body: KeyUses, response: { 204: Type.Null() } } },
    async ({ body }, reply) => {
      await recordKeyUses(body.uses)
      return reply.code(204).send(null)
    },
  )
}
