import type { PoolConnection } from '@werk/shared/database/pool'
import type { Deed } from '../audit/audit.repository.ts'
import type { By } from '../tickets/record-change.ts'
import { alwaysOpen, isBeyondReckoning } from './business-calendar.ts'
import type { CategoryPolicy } from './category-policy.ts'
import { resolutionTooFar, responseAfterResolution } from './sla.errors.ts'
import type { SlaRepository } from './sla.repository.ts'

/**
 * Sets what a tenant promises for a category, for tickets raised from then on.
 * @throws AppError sla.invalid for an answer that is promised later than the resolution, or a resolution years ahead
 */
export type SetPolicy = (tenantId: number, policy: CategoryPolicy, by: By) => Promise<void>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  repository: Pick<SlaRepository, 'putPolicy' | 'findCalendar'>
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
  forgetTerms: (tenantId: number) => void
}

export function createSetPolicy(needs: Needs): SetPolicy {
  const { transaction, repository, appendAudit, forgetTerms } = needs

  return async (tenantId, policy, { actor, at }) => {
    const { category, responseMinutes, resolutionMinutes } = policy
    if (responseMinutes > resolutionMinutes) throw responseAfterResolution()
    const calendar = (await repository.findCalendar(tenantId)) ?? alwaysOpen
    if (isBeyondReckoning(calendar, resolutionMinutes)) throw resolutionTooFar()
    const details = { category, response_minutes: responseMinutes, resolution_minutes: resolutionMinutes }
    await transaction(async (tx) => {
      await repository.putPolicy(tx, tenantId, policy, { at, by: actor.key ?? actor.kind })
      await appendAudit(tx, {
        ...{ tenantId, actor, at, action: 'sla.policy_set', subject: `sla_policy:${category}`, details },
      })
    })
    forgetTerms(tenantId)
  }
}
