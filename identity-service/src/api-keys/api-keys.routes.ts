import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import { IdempotencyHeader } from '@werk/shared/idempotency/idempotency-header'
import Type, { type Static } from 'typebox'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { RequireRecentProof } from '../proofs/require-recent-proof.ts'
import type { ApiKey } from './api-key.ts'
import { ApiKeyParams, ApiKeyRequest, ApiKeyRevealed, ApiKeyShown } from './api-keys.schemas.ts'
import type { CreateApiKey } from './create-api-key.ts'
import type { ListApiKeys } from './list-api-keys.ts'
import type { RevokeApiKey } from './revoke-api-key.ts'

type Needs = {
  authenticate: Authenticate
  getOwnAccount: GetOwnAccount
  requireRecentProof: RequireRecentProof
  answerOnce: AnswerOnce
  createApiKey: CreateApiKey
  listApiKeys: ListApiKeys
  revokeApiKey: RevokeApiKey
}

const path = '/api/v1/auth/api-keys'

/** The caller's own API keys. */
export function registerApiKeyRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, getOwnAccount, createApiKey } = needs
  const common = { tags: ['API keys'], security: [{ bearer: [] }] }

  app.post(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Make a key for a machine',
        headers: IdempotencyHeader,
        body: ApiKeyRequest,
        response: { 201: Envelope(ApiKeyRevealed) },
      },
    },
    async (request, reply) => {
      const owner = await getOwnAccount(callerOf(request))
      // Of a repetition as well: its answer shows the key.
      await needs.requireRecentProof(callerOf(request))
      const { name, scopes, expires_in_days: days } = request.body
      const actor = actorOf(request)
      return needs.answerOnce(request, reply, {
        tenantId: owner.tenantId,
        subject: callerOf(request).sub,
        status: 201,
        run: (keyId) => createApiKey.make(owner, { name, scopes, days }, actor, keyId),
        recover: (resource) => createApiKey.makeAgain(owner, Number(resource), actor),
        resourceOf: ({ id }) => String(id),
        toBody: ({ key, ...made }) => {
          const message = 'keep the key, it is not shown again'
          return envelope(request, { ...toWire(made), key }, { message })
        },
      })
    },
  )

  app.get(
    path,
    {
      onRequest,
      schema: { ...common, summary: 'My keys', response: { 200: Envelope(Type.Array(ApiKeyShown)) } },
    },
    async (request) => {
      const { id } = await getOwnAccount(callerOf(request))
      return envelope(request, (await needs.listApiKeys(id)).map(toWire))
    },
  )

  app.delete(
    `${path}/:id`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Revoke a key',
        params: ApiKeyParams,
        response: { 200: Envelope(Type.Null()) },
      },
    },
    async (request) => {
      const owner = await getOwnAccount(callerOf(request))
      await needs.revokeApiKey(owner, request.params.id, actorOf(request))
      return envelope(request, null, { message: 'the key is revoked' })
    },
  )
}

function toWire({ createdAt, expiresAt, lastUsedAt, ...apiKey }: ApiKey): Static<typeof ApiKeyShown> {
  return {
    ...apiKey,
    scopes: [...apiKey.scopes],
    created_at: createdAt.toISOString(),
    expires_at: expiresAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
  }
}
