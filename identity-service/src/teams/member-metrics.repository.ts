import type { Database } from '../infrastructure/database.ts'
import { Prisma } from '../infrastructure/generated/client.ts'
import type { MemberMetrics } from './team.ts'

export type MemberMetricsRepository = {
  /** Of each account that ever had a session that is still on record, by its id. */
  read(userIds: readonly number[], now: Date): Promise<Map<number, MemberMetrics>>
}

type Count = bigint | number | string
type Row = { user_id: bigint | number; last_seen_at: Date; active_sessions: Count; log_ins: Count }

const thirtyDaysMs = 30 * 24 * 60 * 60 * 1000

export function createMemberMetricsRepository(database: Database): MemberMetricsRepository {
  return {
    async read(userIds, now) {
      if (userIds.length === 0) return new Map()
      const since = new Date(now.getTime() - thirtyDaysMs)
      const rows = await database.$queryRaw<Row[]>`
        SELECT user_id, MAX(last_used_at) AS last_seen_at,
          COUNT(CASE WHEN ended_at IS NULL AND expires_at > ${now} AND idle_expires_at > ${now} THEN 1 END)
            AS active_sessions,
          COUNT(CASE WHEN created_at > ${since} THEN 1 END) AS log_ins
        FROM sessions WHERE user_id IN (${Prisma.join([...userIds])}) GROUP BY user_id`
      return new Map(
        rows.map((row) => [
          Number(row.user_id),
          {
            lastSeenAt: row.last_seen_at,
            activeSessions: Number(row.active_sessions),
            logIns30Days: Number(row.log_ins),
          },
        ]),
      )
    },
  }
}
