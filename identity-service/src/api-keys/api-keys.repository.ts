import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { nameKeyResource } from '../infrastructure/name-key-resource.ts'
import { recordChange } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import type { ApiKey, NewApiKey, Secret } from './api-key.ts'

export type Owner = { id: number; tenantId: number }

export type ApiKeysRepository = {
  /**
   * Null when the account has `most` already.
   * @param keyId the idempotency key of the request, which is given the API key as its resource
   * @throws AppError idempotency.conflict when another try under the key came first
   */
  insert(made: Made, most: number, actor: Actor, keyId: string | null): Promise<ApiKey | null>
  /** Puts another secret in place of one that nobody was told. Null when the key is gone. */
  replaceSecret(owner: Owner, id: number, secret: Secret, actor: Actor): Promise<ApiKey | null>
  /** Those that are not revoked, the oldest first. */
  list(userId: number): Promise<ApiKey[]>
  /** False for a key that is unknown, another's or revoked already. */
  revoke(owner: Owner, id: number, now: Date, actor: Actor): Promise<boolean>
}

export type Made = { owner: Owner; apiKey: NewApiKey; secret: Secret }

export function createApiKeysRepository(database: Database): ApiKeysRepository {
  return {
    insert: ({ owner, apiKey, secret: { prefix, hash } }, most, actor, keyId) =>
      inTransaction(database, async (tx) => {
        // Of one account's keys one is made at a time, so that they can be counted.
        await tx.$queryRaw`SELECT id FROM users WHERE id = ${owner.id} FOR UPDATE`
        if ((await tx.apiKey.count({ where: { userId: owner.id, revokedAt: null } })) >= most) return null
        const { scopes, ...rest } = apiKey
        const row = await tx.apiKey.create({
          data: { userId: owner.id, prefix, hash, scopes: scopes.join(' '), ...rest },
        })
        const made = toApiKey(row)
        await nameKeyResource(tx, keyId, made.id)
        await recordChange(tx, changeOf(owner, made, 'made', actor))
        return made
      }),

    replaceSecret: (owner, id, { prefix, hash }, actor) =>
      inTransaction(database, async (tx) => {
        const { count } = await tx.apiKey.updateMany({
          where: { id, userId: owner.id, revokedAt: null },
          data: { prefix, hash },
        })
        if (count === 0) return null
        const made = toApiKey(await tx.apiKey.findUniqueOrThrow({ where: { id } }))
        await recordChange(tx, changeOf(owner, made, 'made_again', actor))
        return made
      }),

    async list(userId) {
      const rows = await database.apiKey.findMany({
        where: { userId, revokedAt: null },
        orderBy: { id: 'asc' },
      })
      return rows.map(toApiKey)
    },

    revoke: (owner, id, now, actor) =>
      inTransaction(database, async (tx) => {
        const { count } = await tx.apiKey.updateMany({
          where: { id, userId: owner.id, revokedAt: null },
          data: { revokedAt: now },
        })
        if (count === 0) return false
        const gone = toApiKey(await tx.apiKey.findUniqueOrThrow({ where: { id } }))
        await recordChange(tx, changeOf(owner, gone, 'revoked', actor))
        return true
      }),
  }
}

function changeOf(owner: Owner, { id, name, prefix, scopes }: ApiKey, done: string, actor: Actor) {
  return {
    changed: [{ entity: 'api_key' as const, id }],
    deed: {
      tenantId: owner.tenantId,
      actor: { ...actor, id: owner.id },
      action: `api_key.${done}`,
      subject: `user:${owner.id}`,
      details: { id, name, prefix, scopes },
    },
  }
}

type Row = Omit<ApiKey, 'id' | 'scopes'> & { id: bigint; scopes: string }

function toApiKey({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }: Row): ApiKey {
  return { id: Number(id), name, prefix, scopes: scopes.split(' '), createdAt, expiresAt, lastUsedAt }
}
