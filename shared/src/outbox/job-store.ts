import type { Pool } from '../database/pool.ts'
import { claimDue } from './claim-due.ts'

export type ClaimedJob = { id: number; kind: string; subject: string; attempts: number }

export type JobStore = {
  /** Up to `limit` due jobs, oldest first, that no other worker holds. */
  claimDue(limit: number): Promise<ClaimedJob[]>
  /** One job, if it is due and nobody holds it. */
  claim(kind: string, subject: string): Promise<ClaimedJob | null>
  finish(job: ClaimedJob): Promise<void>
  postpone(job: ClaimedJob, delayMs: number, reason: string): Promise<void>
}

/** The table `outbox_jobs`. */
export function createJobStore(pool: Pool, leaseMs: number): JobStore {
  const claim = { table: 'outbox_jobs', columns: 'id, kind, subject, attempts', leaseMs }
  const counted = (job: ClaimedJob): ClaimedJob => ({ ...job, attempts: job.attempts + 1 })

  return {
    async claimDue(limit) {
      return (await claimDue<ClaimedJob>(pool, { ...claim, limit })).map(counted)
    },
    async claim(kind, subject) {
      const where = { sql: 'kind = ? AND subject = ?', values: [kind, subject] }
      const [job] = await claimDue<ClaimedJob>(pool, { ...claim, where, limit: 1 })
      return job === undefined ? null : counted(job)
    },
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
