import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import { endSessions } from './end-sessions.repository.ts'
import type { PresentedToken, Verdict } from './judge-refresh.ts'

/** What a rotation writes. */
export type Rotation = {
  successorHash: string
  at: Date
  idleExpiresAt: Date
  address: string | null
  device: string | null
}

export type RefreshTokensRepository = {
  /** What is known of a token and its session, by the token's hash. */
  find(hash: string): Promise<PresentedToken | null>
  /**
   * Looks at a token again while nobody else can change its session, and does what the verdict says: writes its
   * successor, or ends the session and writes the theft into the audit.
   */
  settle(
    presented: PresentedToken,
    judge: (presented: PresentedToken) => Verdict,
    rotation: Rotation,
    presenter: { tenantId: number; actor: Actor },
  ): Promise<{ verdict: Verdict; presented: PresentedToken }>
}

export function createRefreshTokensRepository(database: Database): RefreshTokensRepository {
  return {
    find: (hash) => find(database, hash),

    settle: ({ hash, sessionId }, judge, rotation, presenter) =>
      inTransaction(database, async (tx) => {
        // The lock comes first: what a transaction reads is as it was at its first read that does not lock.
        await tx.$queryRaw`SELECT id FROM sessions WHERE id = ${sessionId} FOR UPDATE`
        const presented = await find(tx, hash)
        if (presented === null) throw new Error('a refresh token went while it was used')
        const verdict = judge(presented)
        if (verdict === 'rotate') await rotate(tx, presented, rotation)
        if (verdict === 'reused') await endFamily(tx, presented, presenter)
        return { verdict, presented }
      }),
  }
}

type Row = {
  session_id: string
  user_id: bigint | number
  generation: bigint | number
  used_at: Date | null
  idle_expires_at: Date
  expires_at: Date
  ended_at: Date | null
  newest: bigint | number
  newest_hash: string
}

async function find(tx: Pick<Transaction, '$queryRaw'>, hash: string): Promise<PresentedToken | null> {
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT t.session_id, s.user_id, t.generation, t.used_at, s.idle_expires_at, s.expires_at, s.ended_at,
      n.generation AS newest, n.hash AS newest_hash
    FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
    JOIN refresh_tokens n ON n.session_id = t.session_id
      AND n.generation = (SELECT MAX(generation) FROM refresh_tokens WHERE session_id = t.session_id)
    WHERE t.hash = ${hash}`
  if (row === undefined) return null
  return {
    hash,
    sessionId: row.session_id,
    userId: Number(row.user_id),
    generation: Number(row.generation),
    usedAt: row.used_at,
    idleExpiresAt: row.idle_expires_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    newest: { generation: Number(row.newest), hash: row.newest_hash },
  }
}

async function rotate(
  tx: Transaction,
  { hash, sessionId, generation }: PresentedToken,
  { successorHash, at, ...use }: Rotation,
): Promise<void> {
  const successor = { hash: successorHash, sessionId, generation: generation + 1, createdAt: at }
  await tx.refreshToken.create({ data: successor })
  await tx.refreshToken.updateMany({ where: { hash }, data: { usedAt: at } })
  await tx.session.updateMany({ where: { id: sessionId }, data: { lastUsedAt: at, ...use } })
}

async function endFamily(
  tx: Transaction,
  { userId, sessionId, generation, newest }: PresentedToken,
  { tenantId, actor }: { tenantId: number; actor: Actor },
): Promise<void> {
  const changed = await endSessions(tx, { userId, only: sessionId }, 'refresh token reused')
  const details = { session: sessionId, generation, newest: newest.generation }
  const reused = { action: 'session.refresh_reused', subject: `user:${userId}`, details }
  await recordChange(tx, { changed, deed: { tenantId, actor, ...reused } })
}
