import { inTransaction, type Pool, type PoolConnection } from '../database/pool.ts'

export type ClaimedJob = { id: number; kind: string; subject: string; attempts: number }

export type JobStore = {
  /** Up to `limit` due jobs, oldest first, that no other worker holds. */
  claimDue(limit: number): Promise<ClaimedJob[]>
  /** One job, if it is due and nobody holds it. */
  claim(kind: string, subject: string): Promise<ClaimedJob | null>
  finish(job: ClaimedJob): Promise<void>
  postpone(job: ClaimedJob, delayMs: number, reason: string): Promise<void>
}

/**
 * The table `outbox_jobs`. A claim moves `available_at` past the lease and counts the attempt, so a job whose worker
 * died comes due again by itself. Times are the database's, because replicas' clocks differ.
 */
export function createJobStore(pool: Pool, leaseMs: number): JobStore {
  const select = 'SELECT id, kind, subject, attempts FROM outbox_jobs WHERE available_at <= NOW(3)'

  const lease = async (connection: PoolConnection, jobs: ClaimedJob[]): Promise<ClaimedJob[]> => {
    if (jobs.length === 0) return []
    const ids = jobs.map(({ id }) => id)
    await connection.query(
      'UPDATE outbox_jobs SET attempts = attempts + 1, available_at = NOW(3) + INTERVAL ? MICROSECOND WHERE id IN (?)',
      [leaseMs * 1000, ids],
    )
    return jobs.map((job) => ({ ...job, attempts: job.attempts + 1 }))
  }

  return {
    claimDue: (limit) =>
      inTransaction(pool, async (connection) =>
        lease(
          connection,
          await connection.query(`${select} ORDER BY available_at LIMIT ? FOR UPDATE SKIP LOCKED`, [limit]),
        ),
      ),
    claim: (kind, subject) =>
      inTransaction(pool, async (connection) => {
        const found = await connection.query(
          `${select} AND kind = ? AND subject = ? FOR UPDATE SKIP LOCKED`,
          [kind, subject],
        )
        const [job] = await lease(connection, found)
        return job ?? null
      }),
    async finish(job) {
      await pool.query('DELETE FROM outbox_jobs WHERE id = ?', [job.id])
    },
    async postpone(job, delayMs, reason) {
      await pool.query(
        'UPDATE outbox_jobs SET available_at = NOW(3) + INTERVAL ? MICROSECOND, last_error = ? WHERE id = ? AND attempts = ?',
        [delayMs * 1000, reason.slice(0, 500), job.id, job.attempts],
      )
    },
  }
}
