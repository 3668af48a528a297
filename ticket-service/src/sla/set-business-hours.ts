import type { PoolConnection } from '@werk/shared/database/pool'
import type { Deed } from '../audit/audit.repository.ts'
import type { By } from '../tickets/record-change.ts'
import { type BusinessCalendar, everyDay, isBeyondReckoning } from './business-calendar.ts'
import { checkCalendar, sortIntervals } from './check-calendar.ts'
import { invalidBusinessHours, tooFewHours } from './sla.errors.ts'
import type { SlaRepository } from './sla.repository.ts'

/**
 * Sets when a tenant works, for clocks that start or go on from then on.
 * @returns the calendar as it is kept: in order
 * @throws AppError business_hours.invalid
 */
export type SetBusinessHours = (
  tenantId: number,
  wanted: BusinessCalendar,
  by: By,
) => Promise<BusinessCalendar>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  repository: Pick<SlaRepository, 'putCalendar' | 'listPolicies'>
  appendAudit: (tx: PoolConnection, deed: Deed) => Promise<void>
  forgetTerms: (tenantId: number) => void
}

export function createSetBusinessHours(needs: Needs): SetBusinessHours {
  const { transaction, repository, appendAudit, forgetTerms } = needs

  return async (tenantId, wanted, { actor, at }) => {
    const errors = checkCalendar(wanted)
    if (Object.keys(errors).length > 0) throw invalidBusinessHours(errors)
    const tooLong = (await repository.listPolicies(tenantId)).find(({ resolutionMinutes }) =>
      isBeyondReckoning(wanted, resolutionMinutes),
    )
    if (tooLong !== undefined) throw tooFewHours(tooLong.category)
    const calendar = inOrder(wanted)
    const { timeZone, hours, holidays } = calendar
    await transaction(async (tx) => {
      await repository.putCalendar(tx, tenantId, calendar, at)
      await appendAudit(tx, {
        ...{ tenantId, actor, at, action: 'sla.business_hours_set', subject: `business_hours:${tenantId}` },
        details: { time_zone: timeZone, hours, holidays },
      })
    })
    forgetTerms(tenantId)
    return calendar
  }
}

function inOrder({ timeZone, hours, holidays }: BusinessCalendar): BusinessCalendar {
  return {
    timeZone,
    hours: everyDay((day) => sortIntervals(hours[day])),
    holidays: [...new Set(holidays)].sort(),
  }
}
