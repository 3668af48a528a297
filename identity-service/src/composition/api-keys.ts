import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import { createApiKeysRepository } from '../api-keys/api-keys.repository.ts'
import { registerApiKeyRoutes } from '../api-keys/api-keys.routes.ts'
import { createCreateApiKey } from '../api-keys/create-api-key.ts'
import { createListApiKeys } from '../api-keys/list-api-keys.ts'
import { createRevokeApiKey } from '../api-keys/revoke-api-key.ts'
import type { Database } from '../infrastructure/database.ts'
import type { RequireRecentProof } from '../proofs/require-recent-proof.ts'
import type { Clock } from '../sessions/open-session.ts'

type Parts = {
  app: App
  database: Database
  answerOnce: AnswerOnce
  authenticate: Authenticate
  getOwnAccount: GetOwnAccount
  requireRecentProof: RequireRecentProof
  clock: Clock
}

export function composeApiKeys({ app, database, clock, ...parts }: Parts): void {
  const apiKeys = createApiKeysRepository(database)
  registerApiKeyRoutes(app, {
    ...parts,
    createApiKey: createCreateApiKey({ apiKeys, clock }),
    listApiKeys: createListApiKeys({ apiKeys }),
    revokeApiKey: createRevokeApiKey({ apiKeys, clock }),
  })
}
