/** ER_LOCK_DEADLOCK, in MySQL and MariaDB: the whole transaction was rolled back. */
const deadlock = 1213

/**
 * Runs a whole transaction again when the database chose it as a deadlock's victim, which it does to let another pass.
 * @param attempts in all, before the deadlock is passed on
 */
export async function retryDeadlocks<T>(transaction: () => Promise<T>, attempts = 5): Promise<T> {
  try {
    return await transaction()
  } catch (error) {
    if (attempts <= 1 || !isDeadlock(error)) throw error
    return retryDeadlocks(transaction, attempts - 1)
  }
}

function isDeadlock(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && error.errno === deadlock
}
