import type { Pool } from '@werk/shared/database/pool'

export type AccountsRepository = {
  /** The number of a tenant's active account that has this login name, folded. */
  findByLoginKey(tenantId: number, key: string): Promise<number | null>
}

/** Whom the directory knows by name. */
export function createAccountsRepository(pool: Pool): AccountsRepository {
  return {
    async findByLoginKey(tenantId, key) {
      const [row] = await pool.query<{ id: number }[]>(
        'SELECT id FROM directory_users WHERE login_key = ? AND tenant_id = ? AND active ORDER BY id LIMIT 1',
        [key, tenantId],
      )
      return row?.id ?? null
    },
  }
}
