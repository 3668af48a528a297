import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { Activity } from './activity.ts'

export type ActivitiesRepository = {
  insert(tx: PoolConnection, activity: Activity): Promise<void>
  /** Those after an id, in the order in which they happened; without the internal ones unless they are asked for. */
  list(
    ticketId: string,
    options: { withInternal: boolean; after: string; limit: number },
  ): Promise<Activity[]>
}

type Row = {
  id: string
  ticket_id: string
  actor_id: number | null
  actor_name: string
  action: string
  message: string | null
  internal: number
  created_at: Date
}

export function createActivitiesRepository(pool: Pool): ActivitiesRepository {
  return {
    async insert(tx, activity) {
      await tx.execute(
        `INSERT INTO ticket_activities (id, ticket_id, actor_id, actor_name, action, message, internal, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [
          activity.id,
          activity.ticketId,
          activity.actorId,
          activity.actorName,
          activity.action,
          activity.message,
          activity.internal,
          activity.createdAt,
        ],
      )
    },

    async list(ticketId, { withInternal, after, limit }) {
      const rows = await pool.execute<Row[]>(
        `SELECT id, ticket_id, actor_id, actor_name, action, message, internal, created_at FROM ticket_activities
          WHERE ticket_id = ? AND id > ? ${withInternal ? '' : 'AND NOT internal'} ORDER BY id LIMIT ?`,
        [ticketId, after, limit],
      )
      return rows.map((row) => ({
        id: row.id,
        ticketId: row.ticket_id,
        actorId: row.actor_id,
        actorName: row.actor_name,
        action: row.action,
        message: row.message,
        internal: row.internal === 1,
        createdAt: row.created_at,
      }))
    },
  }
}
