import type { Pool } from '../database/pool.ts'
import { type ClaimedJob, createJobStore, type JobStore } from './job-store.ts'
import { createPeriodicTask } from './periodic-task.ts'

/** Does one job. It may be called again for a job that it has done already, and must then change nothing. */
export type JobHandler = (subject: string) => Promise<void>

type Logger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

type Options = {
  pool: Pool
  /** By kind. */
  handlers: Record<string, JobHandler>
  logger: Logger
  /** Milliseconds between looks for due jobs. */
  pollMs?: number
  /** Milliseconds after which the job of a dead worker is taken up by another. */
  leaseMs?: number
}

export type Outbox = {
  /** Tries one job at once, if nobody else has it; a failure leaves it to the worker. Never throws. */
  attempt(kind: string, subject: string): Promise<void>
  start(): void
  /** Waits for the jobs in flight. */
  stop(): Promise<void>
}

const batch = 10

/**
 * Works off the jobs that were written in the transaction of their cause. Replicas share the work
 * (`FOR UPDATE SKIP LOCKED`); a failed job comes again after a growing, jittered delay of at most five minutes.
 */
export function createOutbox({ pool, handlers, logger, pollMs = 2000, leaseMs = 60_000 }: Options): Outbox {
  const jobs = createJobStore(pool, leaseMs)
  const attempts = new Set<Promise<void>>()
  let stopped = false

  async function workOff(): Promise<void> {
    const due = await jobs.claimDue(batch)
    await Promise.all(due.map((job) => work(job, jobs, handlers, logger)))
    if (due.length === batch && !stopped) await workOff()
  }
  const task = createPeriodicTask({ name: 'outbox', everyMs: pollMs, run: workOff, logger })

  async function attemptNow(kind: string, subject: string): Promise<void> {
    const job = await jobs.claim(kind, subject)
    if (job !== null) await work(job, jobs, handlers, logger)
  }

  return {
    attempt(kind, subject) {
      const attempt = attemptNow(kind, subject)
        .catch((err) => logger.warn({ err, kind, subject }, 'a job could not be tried at once'))
        .finally(() => attempts.delete(attempt))
      attempts.add(attempt)
      return attempt
    },
    start: task.start,
    async stop() {
      stopped = true
      await Promise.all([task.stop(), ...attempts])
    },
  }
}

async function work(
  job: ClaimedJob,
  jobs: JobStore,
  handlers: Record<string, JobHandler>,
  logger: Logger,
): Promise<void> {
  const fields = { job: job.id, kind: job.kind, subject: job.subject, attempt: job.attempts }
  try {
    const handle = handlers[job.kind]
    if (handle === undefined) throw new Error(`nobody handles jobs of kind ${job.kind}`)
    await handle(job.subject)
    await jobs.finish(job)
    logger.info(fields, 'job done')
  } catch (error) {
    const delayMs = Math.max(backOffMs(job.attempts), retryAfterOf(error))
    logger.warn({ ...fields, err: error, retry_in_ms: delayMs }, 'job failed, it will be tried again')
    await jobs.postpone(job, delayMs, error instanceof Error ? error.message : String(error))
  }
}

/** 1 s, 2 s, 4 s … up to 5 minutes, the upper half of it at random so that replicas do not retry together. */
function backOffMs(attempts: number): number {
  const full = Math.min(2 ** (attempts - 1) * 1000, 300_000)
  return Math.round(full / 2 + Math.random() * (full / 2))
}

function retryAfterOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('retryAfterMs' in error)) return 0
  return typeof error.retryAfterMs === 'number' ? Math.min(error.retryAfterMs, 3_600_000) : 0
}
