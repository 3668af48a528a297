import { createTenantMemory } from '../infrastructure/tenant-memory.ts'
import { alwaysOpen } from './business-time.ts'
import type { SlaRepository } from './sla.repository.ts'
import type { SlaTerms } from './sla-clock.ts'

/** What counts for a ticket that is raised, resumed or escalated now. No policy: none was set for this category. */
export type FindSlaTerms = (tenantId: number, category: string) => Promise<SlaTerms>

type Needs = {
  repository: Pick<SlaRepository, 'listPolicies' | 'findCalendar'>
  clock: { now(): Date }
}

/** A tenant's terms, remembered for a moment (see `createTenantMemory`), because every ticket that is raised asks. */
export function createFindSlaTerms({ repository, clock }: Needs): FindSlaTerms & {
  forget(tenantId: number): void
} {
  const load = async (tenantId: number) => {
    const [policies, calendar] = await Promise.all([
      repository.listPolicies(tenantId),
      repository.findCalendar(tenantId),
    ])
    return { policies, calendar: calendar ?? alwaysOpen }
  }
  const memory = createTenantMemory({ load, clock })

  const find: FindSlaTerms = async (tenantId, category) => {
    const { policies, calendar } = await memory.get(tenantId)
    return { policy: policies.find((policy) => policy.category === category) ?? null, calendar }
  }
  return Object.assign(find, { forget: memory.forget })
}
