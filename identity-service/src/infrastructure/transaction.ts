import type { Database } from './database.ts'
import { Prisma } from './generated/client.ts'
import type { Transaction } from './record-change.ts'

const deadlock = 'P2034'

/**
 * Runs `work` in one transaction, and again from the start when the database broke it off in favour of another one: of
 * transactions that wait for each other, the database lets one pass and asks the others to begin anew.
 */
export async function inTransaction<T>(
  database: Database,
  work: (tx: Transaction) => Promise<T>,
  attempts = 5,
): Promise<T> {
  try {
    return await database.$transaction(work)
  } catch (error) {
    const brokenOff = error instanceof Prisma.PrismaClientKnownRequestError && error.code === deadlock
    if (!brokenOff || attempts <= 1) throw error
    return inTransaction(database, work, attempts - 1)
  }
}
