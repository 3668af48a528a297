import { type Page, type PageAsked, readPage } from '../administration/page.ts'
import type { Actor } from '../audit/audit-entry.ts'
import { isHostName, operatingTenant, type Tenant, type TenantChanges } from './tenant.ts'
import { domainTaken, invalidDomains, operatingTenantStays, tenantNotFound } from './tenants.errors.ts'
import type { TenantsRepository } from './tenants.repository.ts'

type Needs = { tenants: TenantsRepository }

export type AdministerTenants = {
  list(page: PageAsked): Promise<Page<Tenant>>
  /** @throws AppError tenant.not_found */
  get(id: number): Promise<Tenant>
  /** @throws AppError tenant.invalid, tenant.taken, idempotency.conflict */
  create(tenant: Pick<Tenant, 'name' | 'domains'>, actor: Actor, keyId?: string | null): Promise<Tenant>
  /** @throws AppError tenant.not_found, tenant.invalid, tenant.taken, tenant.conflict for tenant 1's deactivation */
  change(id: number, changes: TenantChanges, actor: Actor): Promise<Tenant>
}

/** For those who run the installation. */
export function createAdministerTenants({ tenants }: Needs): AdministerTenants {
  const get = async (id: number) => {
    const tenant = await tenants.find(id)
    if (tenant === null) throw tenantNotFound()
    return tenant
  }

  return {
    list: (page) => readPage(page, tenants.list, ({ id }) => id),
    get,

    async create({ name, domains }, actor, keyId = null) {
      const tenant = await tenants.insert({ name, domains: checked(domains) }, actor, keyId)
      if (tenant === null) throw domainTaken()
      return tenant
    },

    async change(id, changes, actor) {
      await get(id)
      if (id === operatingTenant && changes.active === false) throw operatingTenantStays()
      const { domains } = changes
      const tenant = await tenants.change(
        id,
        { ...changes, ...(domains !== undefined && { domains: checked(domains) }) },
        actor,
      )
      if (tenant === null) throw domainTaken()
      return tenant
    },
  }
}

function checked(domains: readonly string[]): string[] {
  const wrong = domains.filter((domain) => !isHostName(domain))
  if (wrong.length > 0) throw invalidDomains(wrong)
  return [...new Set(domains)]
}
