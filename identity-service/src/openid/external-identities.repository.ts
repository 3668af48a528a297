import { PrismaClientKnownRequestError } from '@prisma/client/runtime/client'
import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import type { Clock } from '../sessions/open-session.ts'
import type { ProvenIdentity } from './openid-provider.ts'

type Identity = Pick<ProvenIdentity, 'issuer' | 'subject'>
type Linking = { userId: number; sessionId: string }
type LinkRefusal = 'identity_taken' | 'session_ended'

export type ExternalIdentities = {
  findAccountId(identity: Identity): Promise<number | null>
  /**
   * Links an identity to an account, while the session that asked for it lasts. Linking it again changes nothing.
   * @returns null, or why not
   */
  link(linking: Linking, identity: Identity, actor: Actor): Promise<LinkRefusal | null>
  /** Takes all identities from an account, unless it has no password: they are the only way in then. */
  unlink(userId: number, actor: Actor): Promise<'unlinked' | 'not_linked' | 'only_way_in'>
}

export function createExternalIdentities(database: Database, clock: Clock): ExternalIdentities {
  return {
    async findAccountId({ issuer, subject }) {
      const where = { issuer_subject: { issuer, subject } }
      const found = await database.externalIdentity.findUnique({ where })
      return found === null ? null : Number(found.userId)
    },

    async link(linking, { issuer, subject }, actor) {
      try {
        return await inTransaction(database, (tx) =>
          linkIn(tx, { ...linking, issuer, subject, now: clock.now() }, actor),
        )
      } catch (error) {
        if (error instanceof PrismaClientKnownRequestError && error.code === 'P2002') return 'identity_taken'
        throw error
      }
    },

    unlink: (userId, actor) =>
      inTransaction(database, async (tx) => {
        const [user] = await tx.$queryRaw<{ password: string; tenant_id: bigint | number }[]>`
          SELECT password, tenant_id FROM users WHERE id = ${userId} FOR UPDATE`
        if (user === undefined || (await tx.externalIdentity.count({ where: { userId } })) === 0)
          return 'not_linked'
        if (user.password === '') return 'only_way_in'
        await tx.externalIdentity.deleteMany({ where: { userId } })
        const deed = { action: 'openid.unlinked', subject: `user:${userId}` }
        await recordChange(tx, { deed: { tenantId: Number(user.tenant_id), actor, ...deed } })
        return 'unlinked'
      }),
  }
}

async function linkIn(
  tx: Transaction,
  { userId, sessionId, now, ...identity }: Linking & Identity & { now: Date },
  actor: Actor,
): Promise<LinkRefusal | null> {
  const session = await tx.session.findFirst({
    where: {
      id: sessionId,
      userId,
      endedAt: null,
      expiresAt: { gt: now },
      user: { active: true, tenant: { active: true } },
    },
    select: { user: { select: { tenantId: true, email: true, username: true } } },
  })
  if (session === null) return 'session_ended'
  const linked = await tx.externalIdentity.findUnique({ where: { issuer_subject: identity } })
  if (linked !== null) return Number(linked.userId) === userId ? null : 'identity_taken'
  await tx.externalIdentity.create({ data: { ...identity, userId, createdAt: now } })
  const { tenantId, email, username } = session.user
  const owner = { ...actor, id: userId, name: email ?? username }
  const deed = { action: 'openid.linked', subject: `user:${userId}`, details: { issuer: identity.issuer } }
  await recordChange(tx, { deed: { tenantId, actor: owner, ...deed } })
  return null
}
