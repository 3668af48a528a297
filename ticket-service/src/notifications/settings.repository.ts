import type { Pool } from '@werk/shared/database/pool'
import { type NotificationKind, notificationKinds } from './notification.ts'

export type Chosen = Partial<Record<NotificationKind, boolean>>

export type SettingsRepository = {
  /** What an account chose for mails; kinds that it chose nothing for are missing. */
  find(userId: number): Promise<Chosen>
  save(userId: number, chosen: Chosen): Promise<void>
}

/** The table `notification_settings`. */
export function createSettingsRepository(pool: Pool): SettingsRepository {
  return {
    async find(userId) {
      const rows = await pool.query<{ kind: string; enabled: number }[]>(
        "SELECT kind, enabled FROM notification_settings WHERE user_id = ? AND channel = 'email'",
        [userId],
      )
      const enabled = new Map(rows.map((row) => [row.kind, row.enabled === 1]))
      const kinds = notificationKinds.filter((kind) => enabled.has(kind))
      return Object.fromEntries(kinds.map((kind) => [kind, enabled.get(kind)]))
    },

    async save(userId, chosen) {
      const rows = Object.entries(chosen).map(([kind, enabled]) => [userId, kind, enabled])
      if (rows.length === 0) return
      await pool.query(
        `INSERT INTO notification_settings (user_id, channel, kind, enabled, updated_at)
          VALUES ${rows.map(() => "(?, 'email', ?, ?, NOW(3))").join(', ')}
          ON DUPLICATE KEY UPDATE enabled = VALUES(enabled), updated_at = VALUES(updated_at)`,
        rows.flat(),
      )
    },
  }
}
