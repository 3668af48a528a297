import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import type { BusinessCalendar } from './business-calendar.ts'
import type { CategoryPolicy } from './category-policy.ts'

export type SlaRepository = {
  /** A tenant's policies, in no order. */
  listPolicies(tenantId: number): Promise<CategoryPolicy[]>
  /** Sets the policy of a category. */
  putPolicy(tx: PoolConnection, tenantId: number, policy: CategoryPolicy, change: Change): Promise<void>
  /** Null for a tenant that has set none. */
  findCalendar(tenantId: number): Promise<BusinessCalendar | null>
  putCalendar(tx: PoolConnection, tenantId: number, calendar: BusinessCalendar, at: Date): Promise<void>
}

type Change = { at: Date; by: string }
type PolicyRow = {
  category: CategoryPolicy['category']
  response_minutes: number
  resolution_minutes: number
}
type CalendarRow = { time_zone: string; hours: string; holidays: string }

export function createSlaRepository(pool: Pool): SlaRepository {
  return {
    async listPolicies(tenantId) {
      const rows = await pool.execute<PolicyRow[]>(
        'SELECT category, response_minutes, resolution_minutes FROM sla_policies WHERE tenant_id = ?',
        [tenantId],
      )
      return rows.map((row) => ({
        category: row.category,
        responseMinutes: row.response_minutes,
        resolutionMinutes: row.resolution_minutes,
      }))
    },

    async putPolicy(tx, tenantId, policy, { at, by }) {
      await tx.execute(
        `INSERT INTO sla_policies (tenant_id, category, response_minutes, resolution_minutes, updated_at, updated_by)
          VALUES (?, ?, ?, ?, ?, ?)
          ON DUPLICATE KEY UPDATE response_minutes = VALUES(response_minutes),
            resolution_minutes = VALUES(resolution_minutes), updated_at = VALUES(updated_at),
            updated_by = VALUES(updated_by)`,
        [tenantId, policy.category, policy.responseMinutes, policy.resolutionMinutes, at, by],
      )
    },

    async findCalendar(tenantId) {
      const [row] = await pool.execute<CalendarRow[]>(
        'SELECT time_zone, hours, holidays FROM business_calendars WHERE tenant_id = ?',
        [tenantId],
      )
      return row === undefined ? null : toCalendar(row)
    },

    async putCalendar(tx, tenantId, { timeZone, hours, holidays }, at) {
      await tx.execute(
        `INSERT INTO business_calendars (tenant_id, time_zone, hours, holidays, updated_at) VALUES (?, ?, ?, ?, ?)
          ON DUPLICATE KEY UPDATE time_zone = VALUES(time_zone), hours = VALUES(hours), holidays = VALUES(holidays),
            updated_at = VALUES(updated_at)`,
        [tenantId, timeZone, JSON.stringify(hours), JSON.stringify(holidays), at],
      )
    },
  }
}

/** Only what was found good is ever written. */
function toCalendar({ time_zone, hours, holidays }: CalendarRow): BusinessCalendar {
  return { timeZone: time_zone, hours: JSON.parse(hours), holidays: JSON.parse(holidays) }
}
