import { createPool as createDriverPool, type Pool, type PoolConnection } from 'mariadb'
import { connectionOptions } from './connection-options.ts'

export type { Pool, PoolConnection } from 'mariadb'

export type DatabaseConfig = {
  DATABASE_URL: string
  DATABASE_POOL_SIZE: number
  DATABASE_ACQUIRE_TIMEOUT_MS: number
  DATABASE_STATEMENT_TIMEOUT_MS: number
}

/**
 * A pool of connections to MySQL 8+ or MariaDB 10.6+, in UTC and utf8mb4. Statements are limited in time: reads on
 * MySQL (`max_execution_time`), all on MariaDB (`max_statement_time`); waits for row locks on both.
 * Integers come as numbers.
 */
export function createPool(config: DatabaseConfig): Pool {
  return createDriverPool({
    ...connectionOptions(config.DATABASE_URL),
    connectionLimit: config.DATABASE_POOL_SIZE,
    minimumIdle: Math.min(2, config.DATABASE_POOL_SIZE),
    idleTimeout: 60,
    acquireTimeout: config.DATABASE_ACQUIRE_TIMEOUT_MS,
    connectTimeout: config.DATABASE_ACQUIRE_TIMEOUT_MS,
    initSql: sessionSettings(config.DATABASE_STATEMENT_TIMEOUT_MS),
    timezone: 'Z',
    collation: 'utf8mb4_bin',
    bigIntAsNumber: true,
    insertIdAsNumber: true,
    decimalAsNumber: true,
  })
}

/** MySQL and MariaDB name the limit differently; each skips the other's executable comment. */
function sessionSettings(timeoutMs: number): string {
  const seconds = Math.ceil(timeoutMs / 1000)
  return (
    `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',` +
    ` innodb_lock_wait_timeout = ${seconds} /*!80000 , max_execution_time = ${timeoutMs} */` +
    ` /*M!100600 , max_statement_time = ${timeoutMs / 1000} */`
  )
}

/** Runs `work` in one transaction; rolls back on any failure and passes it on. */
export async function inTransaction<T>(
  pool: Pool,
  work: (connection: PoolConnection) => Promise<T>,
): Promise<T> {
  const connection = await pool.getConnection()
  try {
    // The first statement follows without waiting: this one fails only when the connection does, and all others with it.
    const begun = connection.beginTransaction()
    begun.catch(() => {})
    const result = await work(connection)
    await begun
    await connection.commit()
    return result
  } catch (error) {
    await connection.rollback().catch(() => {})
    throw error
  } finally {
    await connection.release()
  }
}

/**
 * Statements of one connection that do not wait for each other's answers, and need not. It settles when all are over, so
 * that none is sent after the rollback that follows another's failure. @throws the first failure
 */
export async function together(statements: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(statements)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
