import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { PresenceStatus, PresentAgent } from './presence.ts'

export type PresenceRepository = {
  /** Whether the directory has this account as one of the tenant's active staff. */
  isStaff(tx: PoolConnection, tenantId: number, userId: number): Promise<boolean>
  /** Is there from now on, for as long as a presence lasts. */
  note(tx: PoolConnection, tenantId: number, userId: number, status: PresenceStatus): Promise<void>
  /** As `note`, for whoever did not say how: as they are; who was not there is away. */
  keep(tx: PoolConnection, tenantId: number, userId: number): Promise<void>
  /** Is not there any more, as of now. */
  end(tenantId: number, userId: number): Promise<void>
  /** Whether anybody but this account takes new chats. */
  isAnyOnline(tenantId: number, except: number | null, tx?: PoolConnection): Promise<boolean>
  /** Who is there, up to a bound. */
  list(tenantId: number): Promise<PresentAgent[]>
}

/** Of a row `p` of `chat_presence`, and the account `u` of the directory's behind it. */
const staff = "u.active AND u.role IN ('agent', 'admin', 'vendor')"
const account = 'JOIN directory_users u ON u.id = p.user_id AND u.tenant_id = p.tenant_id'

/** Whether anybody online can accept the session `s`. Nobody accepts their own. */
export const anybodyOnline = `EXISTS (SELECT 1 FROM chat_presence p ${account} WHERE p.tenant_id = s.tenant_id
  AND p.status = 'online' AND p.expires_at > NOW(3) AND ${staff} AND p.user_id <> COALESCE(s.user_id, 0))`

/** Whether the agent of the session `s` is there, or has been for the last so many microseconds. */
export const agentPresent = `EXISTS (SELECT 1 FROM chat_presence p ${account} WHERE p.tenant_id = s.tenant_id
  AND p.user_id = s.agent_id AND p.expires_at > NOW(3) - INTERVAL ? MICROSECOND AND ${staff})`

const mostListed = 500

/** The table `chat_presence`. Times are the database's, because replicas' clocks differ. */
export function createPresenceRepository(
  pool: Pool,
  { presenceSeconds }: { presenceSeconds: number },
): PresenceRepository {
  const upsert = `INSERT INTO chat_presence (tenant_id, user_id, status, expires_at)
    VALUES (?, ?, ?, NOW(3) + INTERVAL ? SECOND) ON DUPLICATE KEY UPDATE`

  return {
    async isStaff(tx, tenantId, userId) {
      const rows = await tx.execute(
        `SELECT 1 FROM directory_users u WHERE u.id = ? AND u.tenant_id = ? AND ${staff}`,
        [userId, tenantId],
      )
      return rows.length > 0
    },

    async note(tx, tenantId, userId, status) {
      await tx.execute(`${upsert} status = VALUES(status), expires_at = VALUES(expires_at)`, [
        tenantId,
        userId,
        status,
        presenceSeconds,
      ])
    },

    async keep(tx, tenantId, userId) {
      await tx.execute(
        `${upsert} status = IF(expires_at > NOW(3), status, VALUES(status)), expires_at = VALUES(expires_at)`,
        [tenantId, userId, 'away', presenceSeconds],
      )
    },

    async end(tenantId, userId) {
      // Not removed: since when somebody is gone decides when their chats are given to others.
      await pool.execute(
        'UPDATE chat_presence SET expires_at = NOW(3) WHERE tenant_id = ? AND user_id = ? AND expires_at > NOW(3)',
        [tenantId, userId],
      )
    },

    async isAnyOnline(tenantId, except, tx) {
      // As text, so that the numbers are numbers to whoever plans it.
      const [row] = await (tx ?? pool).query<{ online: number }[]>(
        `SELECT ${anybodyOnline} AS online FROM (SELECT ? AS tenant_id, ? AS user_id) s`,
        [tenantId, except],
      )
      return row?.online === 1
    },

    async list(tenantId) {
      type Row = { user_id: number; name: string; last_name: string; status: string }
      const rows = await pool.execute<Row[]>(
        `SELECT p.user_id, u.name, u.last_name, p.status FROM chat_presence p ${account}
          WHERE p.tenant_id = ? AND p.expires_at > NOW(3) AND ${staff} ORDER BY p.user_id LIMIT ?`,
        [tenantId, mostListed],
      )
      return rows.map((row) => ({
        userId: row.user_id,
        name: `${row.name} ${row.last_name}`.trim(),
        status: row.status === 'online' ? 'online' : 'away',
      }))
    },
  }
}
