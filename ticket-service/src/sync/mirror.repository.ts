import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { retryDeadlocks } from '@werk/shared/database/retry-deadlocks'
import type { Incident } from '@werk/shared/invgate/incident'
import type { SeenInInvGate } from '../mirror/seen.ts'
import type { Ticket } from '../tickets/ticket.ts'
import { ticketColumns, toTicket } from '../tickets/tickets.rows.ts'

/**
 * `commentsAsOf`: InvGate's last change up to which the comments are here; null when they were never read. `statusId`: the
 * status that InvGate was last seen to have.
 */
export type MirroredTicket = Ticket & { commentsAsOf: Date | null; statusId: number | null }

type MirroredRow = Parameters<typeof toTicket>[0] & {
  comments_as_of: Date | null
  inv_gate_status_id: number | null
}

export type MirrorColumns = {
  categoryId: number
  priorityId: number
  statusId: number | null
  assignedId: number | null
  syncedAt: Date
}

type SavedIncident = { incident: Incident; askedAt: Date; keepsState: boolean; asOf: Date | null }

export type Creator = Pick<Ticket, 'creatorEmail' | 'creatorKey'>

/** The tickets of all tenants, as the sync needs them. */
export type MirrorRepository = {
  /** Those that are not closed, the one that was looked at longest ago first. */
  listOpenIds(limit: number): Promise<{ id: string; invGateId: number }[]>
  listByIds(ids: readonly string[]): Promise<MirroredTicket[]>
  listByInvGateIds(invGateIds: readonly number[]): Promise<MirroredTicket[]>
  /** InvGate agreed at that time. */
  touch(ids: readonly string[], syncedAt: Date): Promise<void>
  /** What InvGate was last seen to have, of a ticket that the transaction has locked. */
  lockColumns(tx: PoolConnection, id: string): Promise<MirrorColumns | null>
  /**
   * InvGate has this now.
   * @param seen `keepsState`: its state is old, as it has not been told yet; `asOf`: up to when its comments are here, null
   *   where they were not read
   */
  saveIncident(tx: PoolConnection, id: string, seen: SavedIncident): Promise<void>
  /** InvGate was told of the ticket's state, and has this since. */
  saveSeen(tx: PoolConnection, id: string, seen: SeenInInvGate): Promise<void>
  /** Who raised tickets for this customer of InvGate's, the latest first. */
  listCreators(tenantId: number, customerId: number, limit: number): Promise<Creator[]>
  /** InvGate's highest id of all tickets; null when there is none. */
  findHighestInvGateId(): Promise<number | null>
  /** When the open ticket that was looked at longest ago was; null when none is open. */
  findOldestSync(): Promise<Date | null>
}

export function createMirrorRepository(pool: Pool): MirrorRepository {
  const list = async (column: 'id' | 'inv_gate_id', values: readonly (string | number)[]) => {
    if (values.length === 0) return []
    const rows = await pool.query(
      `SELECT ${ticketColumns}, comments_as_of, inv_gate_status_id FROM tickets WHERE ${column} IN (?)`,
      [values],
    )
    return rows.map((row: MirroredRow) => ({
      ...toTicket(row),
      commentsAsOf: row.comments_as_of,
      statusId: row.inv_gate_status_id,
    }))
  }

  return {
    listOpenIds: (limit) =>
      pool.query(
        `SELECT id, inv_gate_id AS invGateId FROM tickets WHERE status <> 'closed' AND inv_gate_id IS NOT NULL ORDER BY synced_at, id LIMIT ?`,
        [limit],
      ),

    listByIds: (ids) => list('id', ids),
    listByInvGateIds: (invGateIds) => list('inv_gate_id', invGateIds),

    async touch(ids, syncedAt) {
      if (ids.length === 0) return
      await retryDeadlocks(() =>
        pool.query('UPDATE tickets SET synced_at = ? WHERE id IN (?) AND synced_at < ?', [
          syncedAt,
          ids,
          syncedAt,
        ]),
      )
    },

    async lockColumns(tx, id) {
      const [row] = await tx.execute<MirrorColumns[]>(
        `SELECT category_id AS categoryId, priority_id AS priorityId, inv_gate_status_id AS statusId,
           assigned_id AS assignedId, synced_at AS syncedAt FROM tickets WHERE id = ? FOR UPDATE`,
        [id],
      )
      return row ?? null
    },

    async saveIncident(tx, id, { incident, askedAt, keepsState, asOf }) {
      await tx.execute(
        `UPDATE tickets SET category_id = COALESCE(?, category_id), priority_id = COALESCE(?, priority_id),
           type_id = COALESCE(?, type_id), inv_gate_status_id = IF(?, inv_gate_status_id, ?),
           assigned_id = IF(?, assigned_id, ?), assigned_group_id = ?, comments_as_of = COALESCE(?, comments_as_of),
           updated_at = GREATEST(updated_at, COALESCE(?, updated_at)), synced_at = ? WHERE id = ?`,
        [
          incident.categoryId,
          incident.priorityId,
          incident.typeId,
          keepsState,
          incident.statusId,
          keepsState,
          incident.assignedId,
          incident.assignedGroupId,
          asOf,
          incident.lastUpdateAt,
          askedAt,
          id,
        ],
      )
    },

    async saveSeen(tx, id, { statusId, assignedId, assignedGroupId, at }) {
      await tx.execute(
        `UPDATE tickets SET inv_gate_status_id = ?, assigned_id = ?, assigned_group_id = ?, synced_at = ? WHERE id = ?`,
        [statusId, assignedId, assignedGroupId, at, id],
      )
    },

    listCreators: (tenantId, customerId, limit) =>
      pool.query(
        `SELECT creator_email AS creatorEmail, creator_key AS creatorKey FROM tickets
          WHERE tenant_id = ? AND customer_id = ? AND creator_key <> ''
          GROUP BY creator_email, creator_key ORDER BY MAX(inv_gate_id) DESC LIMIT ?`,
        [tenantId, customerId, limit],
      ),

    async findHighestInvGateId() {
      const [row] = await pool.query<{ highest: number | null }[]>(
        'SELECT MAX(inv_gate_id) AS highest FROM tickets',
      )
      return row?.highest ?? null
    },

    async findOldestSync() {
      const [row] = await pool.query<{ oldest: Date | null }[]>(
        `SELECT MIN(synced_at) AS oldest FROM tickets WHERE status <> 'closed' AND inv_gate_id IS NOT NULL`,
      )
      return row?.oldest ?? null
    },
  }
}
