import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { DeskTicket } from '../tickets/desk-ticket.ts'

export type TagCount = { tag: string; tickets: number }

export type TagsRepository = {
  /** A ticket's, in the order of their characters. */
  list(ticketId: string, tx?: PoolConnection): Promise<string[]>
  /** Of several tickets; those without any are left out. */
  listOf(ticketIds: readonly string[]): Promise<Map<string, string[]>>
  add(tx: PoolConnection, ticket: Pick<DeskTicket, 'id' | 'tenantId'>, tags: readonly string[]): Promise<void>
  remove(tx: PoolConnection, ticketId: string, tags: readonly string[]): Promise<void>
  /** A tenant's tags that come after this one, in their order, and how many tickets have each. */
  count(tenantId: number, after: string, limit: number): Promise<TagCount[]>
}

/** The table `ticket_tags`. */
export function createTagsRepository(pool: Pool): TagsRepository {
  return {
    async list(ticketId, tx) {
      const rows = await (tx ?? pool).execute<{ tag: string }[]>(
        'SELECT tag FROM ticket_tags WHERE ticket_id = ? ORDER BY tag',
        [ticketId],
      )
      return rows.map(({ tag }) => tag)
    },

    async listOf(ticketIds) {
      const tags = new Map<string, string[]>()
      if (ticketIds.length === 0) return tags
      const rows = await pool.query<{ ticket_id: string; tag: string }[]>(
        'SELECT ticket_id, tag FROM ticket_tags WHERE ticket_id IN (?) ORDER BY ticket_id, tag',
        [ticketIds],
      )
      for (const { ticket_id, tag } of rows) tags.set(ticket_id, [...(tags.get(ticket_id) ?? []), tag])
      return tags
    },

    async add(tx, { id, tenantId }, tags) {
      if (tags.length === 0) return
      await tx.query(
        `INSERT INTO ticket_tags (ticket_id, tag, tenant_id) VALUES ${tags.map(() => '(?, ?, ?)').join(', ')}`,
        tags.flatMap((tag) => [id, tag, tenantId]),
      )
    },

    async remove(tx, ticketId, tags) {
      if (tags.length === 0) return
      await tx.query('DELETE FROM ticket_tags WHERE ticket_id = ? AND tag IN (?)', [ticketId, tags])
    },

    count: (tenantId, after, limit) =>
      pool.query<TagCount[]>(
        `SELECT tag, COUNT(*) AS tickets FROM ticket_tags WHERE tenant_id = ? AND tag > ?
          GROUP BY tag ORDER BY tag LIMIT ?`,
        [tenantId, after, limit],
      ),
  }
}
