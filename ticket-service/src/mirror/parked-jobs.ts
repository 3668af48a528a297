import type { PoolConnection } from '@werk/shared/database/pool'
import type { Deed } from '../audit/audit.repository.ts'
import { type NumberPage, type NumberPageAsked, numberPageOf } from '../paging/number-page.ts'
import type { By } from '../tickets/record-change.ts'
import { mirrorJobAtWork, mirrorJobNotFound } from './mirror.errors.ts'
import type { ParkedJob } from './mirror-job.ts'
import type { MirrorJobsRepository } from './mirror-jobs.repository.ts'

export type ListParkedJobs = (tenantId: number, page: NumberPageAsked) => Promise<NumberPage<ParkedJob>>

/** Whose job, and on whose behalf. */
type Operation = { tenantId: number; id: number; by: By }

/** @throws AppError mirror_job.not_found, and mirror_job.conflict for one that is the workers' */
export type RetryParkedJob = (operation: Operation) => Promise<void>
export type DropParkedJob = (operation: Operation & { reason: string }) => Promise<void>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  mirrorJobs: Pick<MirrorJobsRepository, 'listParked' | 'findOfTenant' | 'retry' | 'drop'>
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
}

/** What InvGate could not be told, of a tenant, oldest first. */
export function createListParkedJobs({ mirrorJobs }: Pick<Needs, 'mirrorJobs'>): ListParkedJobs {
  return async (tenantId, { cursor, limit }) => {
    const found = await mirrorJobs.listParked(tenantId, cursor ?? 0, limit + 1)
    return numberPageOf(found, limit, ({ id }) => id)
  }
}

/** The workers take it up again, as if it were new. */
export function createRetryParkedJob(needs: Needs): RetryParkedJob {
  const change = createChange(needs)
  return (operation) =>
    change(operation, 'mirror.retried', {}, (tx) =>
      needs.mirrorJobs.retry(tx, operation.tenantId, operation.id),
    )
}

/** InvGate is never told of it. Only the record of who gave it up, and why, stays. */
export function createDropParkedJob(needs: Needs): DropParkedJob {
  const change = createChange(needs)
  return ({ reason, ...operation }) =>
    change(operation, 'mirror.dropped', { reason }, (tx) =>
      needs.mirrorJobs.drop(tx, operation.tenantId, operation.id),
    )
}

/** They touch parked jobs only, so no worker is ever overtaken. */
function createChange({ transaction, mirrorJobs, appendAudit }: Needs) {
  return async (
    { tenantId, id, by }: Operation,
    action: string,
    details: Record<string, unknown>,
    apply: (tx: PoolConnection) => Promise<boolean>,
  ): Promise<void> => {
    const job = await mirrorJobs.findOfTenant(tenantId, id)
    if (job === null) throw mirrorJobNotFound()
    await transaction(async (tx) => {
      if (!(await apply(tx))) throw mirrorJobAtWork()
      const { kind, replyId, lastError } = job
      await appendAudit(tx, {
        ...{ tenantId, ...by, action, subject: `ticket:${job.ticketId}` },
        details: { job: id, kind, reply_id: replyId, last_error: lastError, ...details },
      })
    })
  }
}
