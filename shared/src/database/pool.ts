import { createPool as createDriverPool, type Pool } from 'mariadb'

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
 * Integers come as numbers. URL parameters: `ssl=true`, and `allowPublicKeyRetrieval=true` for MySQL's
 * caching_sha2_password without TLS on a private network.
 */
export function createPool(config: DatabaseConfig): Pool {
  const url = new URL(config.DATABASE_URL)
  return createDriverPool({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: url.searchParams.get('ssl') === 'true',
    allowPublicKeyRetrieval: url.searchParams.get('allowPublicKeyRetrieval') === 'true',
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
  work: (connection: import('mariadb').PoolConnection) => Promise<T>,
): Promise<T> {
  const connection = await pool.getConnection()
  try {
    await connection.beginTransaction()
    const result = await work(connection)
    await connection.commit()
    return result
  } catch (error) {
    await connection.rollback().catch(() => {})
    throw error
  } finally {
    await connection.release()
  }
}
