import type { Pool } from 'mariadb'

/**
 * Runs `work` while nobody else, on any replica, runs under the same name. The lock is the database's and belongs to a
 * connection, so it ends with it, however the process ends. Work that takes connections of its own needs a pool of two.
 * @throws when the lock cannot be had within `waitSeconds`
 */
export async function exclusively<T>(
  pool: Pool,
  name: string,
  work: () => Promise<T>,
  waitSeconds = 10,
): Promise<T> {
  const lock = 'CONCAT(?, LEFT(SHA2(DATABASE(), 256), 32))'
  const connection = await pool.getConnection()
  try {
    const [row] = await connection.query(`SELECT GET_LOCK(${lock}, ?) AS locked`, [`${name}:`, waitSeconds])
    if (Number(row?.locked) !== 1) throw new Error(`somebody else has been at ${name} for ${waitSeconds} s`)
    try {
      return await work()
    } finally {
      await connection.query(`SELECT RELEASE_LOCK(${lock})`, [`${name}:`])
    }
  } finally {
    await connection.release()
  }
}
