import { createTenantMemory } from '../infrastructure/tenant-memory.ts'
import type { CustomField } from './custom-field.ts'
import type { CustomFieldsRepository } from './custom-fields.repository.ts'

/** All of a tenant's fields, in the order in which they are shown. */
export type FindCustomFields = (tenantId: number) => Promise<CustomField[]>

type Needs = { customFields: Pick<CustomFieldsRepository, 'list'>; clock: { now(): Date } }

/** Remembered for a moment, as every ticket that is shown asks: see `createTenantMemory`. */
export function createFindCustomFields({ customFields, clock }: Needs): FindCustomFields & {
  forget(tenantId: number): void
} {
  const memory = createTenantMemory({ load: (tenantId) => customFields.list(tenantId), clock })
  return Object.assign((tenantId: number) => memory.get(tenantId), { forget: memory.forget })
}
