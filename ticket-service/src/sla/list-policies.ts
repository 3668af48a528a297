import { ticketCategories } from '../tickets/ticket-kinds.ts'
import type { CategoryPolicy } from './category-policy.ts'
import type { SlaRepository } from './sla.repository.ts'

/** A tenant's policies, in the order of the categories; a category without one is left out. */
export type ListPolicies = (tenantId: number) => Promise<CategoryPolicy[]>

type Needs = { repository: Pick<SlaRepository, 'listPolicies'> }

export function createListPolicies({ repository }: Needs): ListPolicies {
  return async (tenantId) => {
    const policies = await repository.listPolicies(tenantId)
    return ticketCategories.flatMap((category) => policies.filter((policy) => policy.category === category))
  }
}
