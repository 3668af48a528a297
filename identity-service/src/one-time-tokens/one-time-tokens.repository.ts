import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../infrastructure/database.ts'
import type { Transaction } from '../infrastructure/record-change.ts'
import type { Clock } from '../sessions/open-session.ts'

/** What a token stands for: an account, or something in plain JSON, or both. */
export type OneTimeContent = { userId?: number | null; payload?: unknown }
export type OneTimeFound = { userId: number | null; payload: unknown }

export type OneTimeTokens = {
  /** Makes a token of 256 random bits, in base64url, of which only the SHA-256 is kept. `lifeSeconds` from now on it works. */
  make(kind: string, content: OneTimeContent, lifeSeconds: number): Promise<string>
  /** What a token stands for, which goes on working. Null as `consume`. */
  find(kind: string, token: string): Promise<OneTimeFound | null>
  /** Lets a token that still works do so until `lifeSeconds` after it was made. */
  prolong(kind: string, token: string, lifeSeconds: number): Promise<void>
  /**
   * Uses a token up. Of any number of callers at once, over any number of replicas, one gets what it stands for.
   * @param tx uses it up together with what else the transaction does, or not at all
   * @returns null for one that is unknown, of another kind, expired or used
   */
  consume(kind: string, token: string, tx?: Transaction): Promise<OneTimeFound | null>
  /** Uses up all of one kind that an account has. */
  discard(kind: string, userId: number, tx?: Transaction): Promise<void>
}

const realClock: Clock = { now: () => new Date() }

/** They expire by the clock; whoever purges sessions deletes them later. */
export function createOneTimeTokens(database: Database, clock: Clock = realClock): OneTimeTokens {
  const working = (kind: string, token: string) => ({
    hash: hashOf(token),
    kind,
    expiresAt: { gt: clock.now() },
  })

  return {
    async make(kind, { userId = null, payload = null }, lifeSeconds) {
      const token = randomBytes(32).toString('base64url')
      const createdAt = clock.now()
      const expiresAt = new Date(createdAt.getTime() + lifeSeconds * 1000)
      const content = { userId, payload: payload === null ? null : JSON.stringify(payload) }
      await database.oneTimeToken.create({
        data: { hash: hashOf(token), kind, ...content, createdAt, expiresAt },
      })
      return token
    },

    async find(kind, token) {
      const row = await database.oneTimeToken.findFirst({ where: working(kind, token) })
      return row === null ? null : toFound(row)
    },

    async prolong(kind, token, lifeSeconds) {
      const where = working(kind, token)
      const row = await database.oneTimeToken.findFirst({ where })
      if (row === null) return
      const expiresAt = new Date(row.createdAt.getTime() + lifeSeconds * 1000)
      await database.oneTimeToken.updateMany({ where, data: { expiresAt } })
    },

    async consume(kind, token, tx = database) {
      const where = working(kind, token)
      const row = await tx.oneTimeToken.findFirst({ where })
      const { count } = await tx.oneTimeToken.deleteMany({ where })
      // Whoever deletes it has it: the other readers of the row come too late.
      return row === null || count === 0 ? null : toFound(row)
    },

    async discard(kind, userId, tx = database) {
      await tx.oneTimeToken.deleteMany({ where: { kind, userId } })
    },
  }
}

function toFound({ userId, payload }: { userId: bigint | null; payload: string | null }): OneTimeFound {
  return {
    userId: userId === null ? null : Number(userId),
    payload: payload === null ? null : JSON.parse(payload),
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
