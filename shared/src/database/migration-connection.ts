import { type Connection, createConnection } from 'mariadb'
import { connectionOptions } from './connection-options.ts'
import { MigrationError } from './migration.errors.ts'

export type { Connection }

/**
 * Runs `work` on a connection of its own that holds the migration lock of the URL's database.
 * The lock belongs to the connection, so it ends with it, however the process ends.
 * @param lockTimeoutSeconds how long to wait while another process migrates the same database
 * @throws MigrationError when the lock cannot be had in time
 */
export async function withMigrationLock<T>(
  url: string,
  lockTimeoutSeconds: number,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(url)
  try {
    const [row] = await connection.query<{ locked: number | bigint | null }[]>(
      `SELECT GET_LOCK(${lockName}, ?) AS locked`,
      [lockTimeoutSeconds],
    )
    if (Number(row?.locked) !== 1) {
      throw new MigrationError(
        `another process has been migrating this database for ${lockTimeoutSeconds} seconds`,
      )
    }
    return await work(connection)
  } finally {
    await connection.end().catch(() => connection.destroy())
  }
}

// Locks are of the whole server and their names at most 64 characters long, as long as a database's name alone may be.
const lockName = "CONCAT('migrate:', LEFT(SHA2(DATABASE(), 256), 40))"

/** One connection, over which several statements may go in one query. @param databaseUrl see `connectionOptions` */
export function connect(databaseUrl: string): Promise<Connection> {
  return createConnection({
    ...connectionOptions(databaseUrl),
    multipleStatements: true,
    connectTimeout: 10_000,
  })
}
