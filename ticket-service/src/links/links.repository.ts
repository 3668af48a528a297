import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { validate as isUuid } from 'uuid'
import { toStatus } from '../tickets/tickets.rows.ts'
import { type Link, linkKinds, type SeenLink } from './link.ts'

export type LinksRepository = {
  insert(tx: PoolConnection, tenantId: number, link: Link): Promise<void>
  /** Of a pair of tickets that the transaction has locked. */
  findBetween(tx: PoolConnection, link: Pick<Link, 'from' | 'to' | 'kind'>): Promise<Link | null>
  /** One of a ticket's. */
  find(ticketId: string, id: string): Promise<Link | null>
  /** All of a ticket's, in the order of time, whoever may see them. */
  list(ticketId: string, tx?: PoolConnection): Promise<SeenLink[]>
  /** @returns whether it was there */
  remove(tx: PoolConnection, id: string): Promise<boolean>
}

type Row = { id: string; from_ticket_id: string; to_ticket_id: string; kind: string; created_at: Date }
type SeenRow = Pick<Row, 'id' | 'kind' | 'created_at'> & {
  is_outward: number
  ticket_id: string
  tenant_id: number
  title: string
  status: string
  creator_key: string
  user_id: number | null
  agent_id: number | null
}

const columns = 'id, from_ticket_id, to_ticket_id, kind, created_at'

/** The table `ticket_links`. */
export function createLinksRepository(pool: Pool): LinksRepository {
  return {
    async insert(tx, tenantId, { id, from, to, kind, createdAt }) {
      await tx.execute(`INSERT INTO ticket_links (${columns}, tenant_id) VALUES (?, ?, ?, ?, ?, ?)`, [
        ...[id, from, to, kind, createdAt],
        tenantId,
      ])
    },

    async findBetween(tx, { from, to, kind }) {
      const [row] = await tx.execute<Row[]>(
        `SELECT ${columns} FROM ticket_links WHERE from_ticket_id = ? AND to_ticket_id = ? AND kind = ?`,
        [from, to, kind],
      )
      return row === undefined ? null : toLink(row)
    },

    async find(ticketId, id) {
      // Whoever asks gives any text; comparing one beyond ASCII with this column would be an error to MySQL.
      if (!isUuid(id)) return null
      const [row] = await pool.execute<Row[]>(
        `SELECT ${columns} FROM ticket_links WHERE id = ? AND (from_ticket_id = ? OR to_ticket_id = ?)`,
        [id, ticketId, ticketId],
      )
      return row === undefined ? null : toLink(row)
    },

    async list(ticketId, tx) {
      const rows = await (tx ?? pool).execute<SeenRow[]>(
        `${seen(true)} UNION ALL ${seen(false)} ORDER BY id`,
        [ticketId, ticketId],
      )
      return rows.map(toSeenLink)
    },

    async remove(tx, id) {
      const { affectedRows } = await tx.execute('DELETE FROM ticket_links WHERE id = ?', [id])
      return affectedRows === 1
    },
  }
}

/** From one end or the other, along an index each. */
function seen(isOutward: boolean): string {
  const [here, there] = isOutward ? ['from_ticket_id', 'to_ticket_id'] : ['to_ticket_id', 'from_ticket_id']
  return `SELECT l.id, l.kind, l.created_at, ${Number(isOutward)} AS is_outward, t.id AS ticket_id, t.tenant_id, t.title,
      t.status, t.creator_key, t.user_id, t.agent_id
    FROM ticket_links l JOIN tickets t ON t.id = l.${there} WHERE l.${here} = ?`
}

function toLink(row: Row): Link {
  const { id, from_ticket_id: from, to_ticket_id: to, created_at: createdAt } = row
  return { id, from, to, kind: toKind(row.kind), createdAt }
}

function toSeenLink(row: SeenRow): SeenLink {
  return {
    id: row.id,
    kind: toKind(row.kind),
    isOutward: row.is_outward === 1,
    createdAt: row.created_at,
    other: {
      id: row.ticket_id,
      tenantId: row.tenant_id,
      title: row.title,
      status: toStatus(row.status),
      creatorKey: row.creator_key,
      userId: row.user_id,
      agentId: row.agent_id,
    },
  }
}

function toKind(text: string) {
  return linkKinds.find((known) => known === text) ?? 'relates'
}
