import { createTenantMemory } from '../infrastructure/tenant-memory.ts'
import type { StatusMap } from '../tickets/ticket-status.ts'
import { createMapping, type FindMapping, type MappingEntries } from './invgate-mapping.ts'
import type { MappingsRepository } from './mappings.repository.ts'

type Needs = {
  mappings: Pick<MappingsRepository, 'find'>
  /** The installation's, for a tenant that has set none of its own. */
  byDefault: MappingEntries
  statusOf: StatusMap
  clock: { now(): Date }
}

/** A tenant's mapping, remembered for a moment: see `createTenantMemory`. */
export function createFindMapping({ mappings, byDefault, statusOf, clock }: Needs): FindMapping & {
  forget(tenantId: number): void
} {
  const load = async (tenantId: number) =>
    createMapping((await mappings.find(tenantId)) ?? byDefault, statusOf)
  const memory = createTenantMemory({ load, clock })
  return Object.assign((tenantId: number) => memory.get(tenantId), { forget: memory.forget })
}
