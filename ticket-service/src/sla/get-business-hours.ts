import { alwaysOpen, type BusinessCalendar } from './business-calendar.ts'
import type { SlaRepository } from './sla.repository.ts'

/** When a tenant works; every minute, where it has set nothing. */
export type GetBusinessHours = (tenantId: number) => Promise<BusinessCalendar>

type Needs = { repository: Pick<SlaRepository, 'findCalendar'> }

export function createGetBusinessHours({ repository }: Needs): GetBusinessHours {
  return async (tenantId) => (await repository.findCalendar(tenantId)) ?? alwaysOpen
}
