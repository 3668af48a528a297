import { alwaysOpen } from './business-time.ts'
import type { CategoryPolicy } from './category-policy.ts'
import type { SlaRepository } from './sla.repository.ts'
import type { SlaTerms } from './sla-clock.ts'

/** What counts for a ticket that is raised, resumed or escalated now. No policy: none was set for this category. */
export type FindSlaTerms = (tenantId: number, category: string) => Promise<SlaTerms>

type Needs = {
  repository: Pick<SlaRepository, 'listPolicies' | 'findCalendar'>
  clock: { now(): Date }
}

type TenantTerms = { policies: CategoryPolicy[]; calendar: SlaTerms['calendar'] }
type Remembered = { until: number; terms: Promise<TenantTerms> }

const rememberMs = 5000
const mostTenants = 1000

/**
 * Every ticket that is raised asks, so a tenant's terms are remembered for 5 s: that late, at most, a replica counts by
 * what another one has set. `forget` is called after this replica's own changes, which are therefore seen at once.
 */
export function createFindSlaTerms({ repository, clock }: Needs): FindSlaTerms & {
  forget(tenantId: number): void
} {
  const remembered = new Map<number, Remembered>()

  const load = async (tenantId: number): Promise<TenantTerms> => {
    const [policies, calendar] = await Promise.all([
      repository.listPolicies(tenantId),
      repository.findCalendar(tenantId),
    ])
    return { policies, calendar: calendar ?? alwaysOpen }
  }

  const remember = (tenantId: number, now: number): Promise<TenantTerms> => {
    const terms = load(tenantId)
    const entry = { until: now + rememberMs, terms }
    remembered.delete(tenantId)
    remembered.set(tenantId, entry)
    const [oldest] = remembered.keys()
    if (remembered.size > mostTenants && oldest !== undefined) remembered.delete(oldest)
    // A failure is told to those who wait for it and not remembered; meanwhile another one may have taken its place.
    terms.catch(() => {
      if (remembered.get(tenantId) === entry) remembered.delete(tenantId)
    })
    return terms
  }

  const find: FindSlaTerms = async (tenantId, category) => {
    const now = clock.now().getTime()
    const known = remembered.get(tenantId)
    const isFresh = known !== undefined && now < known.until && now >= known.until - rememberMs
    const { policies, calendar } = await (isFresh ? known.terms : remember(tenantId, now))
    return { policy: policies.find((policy) => policy.category === category) ?? null, calendar }
  }

  return Object.assign(find, { forget: (tenantId: number) => void remembered.delete(tenantId) })
}
