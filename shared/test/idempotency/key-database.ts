import { join } from 'node:path'
import { createPool } from '../../src/database/pool.ts'
import { createTestDatabase } from '../../src/test-kit/database.ts'

/** A database that has the table of keys, and two pools to it, as two replicas would have. */
export async function startKeyDatabase() {
  const database = await createTestDatabase(join(import.meta.dirname, '../../../identity-service'))
  const connect = () =>
    createPool({
      DATABASE_URL: database.url,
      DATABASE_POOL_SIZE: 10,
      DATABASE_ACQUIRE_TIMEOUT_MS: 5000,
      DATABASE_STATEMENT_TIMEOUT_MS: 5000,
    })
  const pools = [connect(), connect()] as const
  return {
    pools,
    async close() {
      await Promise.all(pools.map((pool) => pool.end()))
      await database.drop()
    },
  }
}
