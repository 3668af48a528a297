import type { Database } from '../infrastructure/database.ts'
import { Prisma } from '../infrastructure/generated/client.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'

/** What may come into the database past the service: by an import, or before there was a feed. */
export type Importable = 'tenant' | 'user' | 'team'

export type UnpublishedRepository = {
  /** The next ids after `after` of what the feed does not tell of, in order. */
  find(entity: Importable, after: number, limit: number): Promise<number[]>
  /** Publishes those of them that nobody has published meanwhile. @returns how many */
  publish(entity: Importable, ids: readonly number[]): Promise<number>
}

const tables = { tenant: 'tenants', user: 'users', team: 'teams' } as const satisfies Record<
  Importable,
  string
>

type Ids = { id: bigint | number }[]

export function createUnpublishedRepository(database: Database): UnpublishedRepository {
  return {
    async find(entity, after, limit) {
      const rows = await database.$queryRaw<Ids>`
        SELECT id FROM ${tableOf(entity)} WHERE id > ${after} AND ${isUnpublished(entity)} ORDER BY id LIMIT ${limit}`
      return rows.map(({ id }) => Number(id))
    },

    publish: (entity, ids) =>
      inTransaction(database, async (tx) => {
        const missing = await lockUnpublished(tx, entity, ids)
        await recordChange(tx, { changed: missing.map((id) => ({ entity, id })) })
        return missing.length
      }),
  }
}

/**
 * What changes a thing locks it before the feed's head, so this does as well. Which are missing is read after that: only
 * then does it show what another replica has just published.
 */
async function lockUnpublished(
  tx: Transaction,
  entity: Importable,
  ids: readonly number[],
): Promise<number[]> {
  const among = Prisma.sql`id IN (${Prisma.join([...ids])})`
  await tx.$queryRaw`SELECT id FROM ${tableOf(entity)} WHERE ${among} ORDER BY id FOR UPDATE`
  const rows = await tx.$queryRaw<Ids>`
    SELECT id FROM ${tableOf(entity)} WHERE ${among} AND ${isUnpublished(entity)} ORDER BY id`
  return rows.map(({ id }) => Number(id))
}

function tableOf(entity: Importable): Prisma.Sql {
  return Prisma.raw(tables[entity])
}

/** The id is turned into the column's character set, not the column into the id's, which would use no index. */
function isUnpublished(entity: Importable): Prisma.Sql {
  return Prisma.sql`NOT EXISTS (SELECT 1 FROM feed_entries
    WHERE entity = ${entity} AND entity_id = CONVERT(${Prisma.raw(tables[entity])}.id USING ascii))`
}
