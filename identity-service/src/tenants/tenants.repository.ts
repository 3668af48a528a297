import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { nameKeyResource } from '../infrastructure/name-key-resource.ts'
import { recordChange, type Transaction } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'
import { nullIfTaken } from '../infrastructure/unique-violation.ts'
import type { Tenant, TenantChanges } from './tenant.ts'

export type TenantsRepository = {
  /** False for an unknown tenant, too. */
  isActive(id: number): Promise<boolean>
  /** By id, after the cursor. */
  list(page: { cursor: number | null; limit: number }): Promise<Tenant[]>
  find(id: number): Promise<Tenant | null>
  /**
   * Null when one of the domains is a tenant's already.
   * @param keyId the idempotency key of the request, which is given the tenant as its resource
   */
  insert(tenant: Pick<Tenant, 'name' | 'domains'>, actor: Actor, keyId: string | null): Promise<Tenant | null>
  /** Null when one of the domains is another tenant's. The tenant must exist. */
  change(id: number, changes: TenantChanges, actor: Actor): Promise<Tenant | null>
}

const include = { domains: { select: { domain: true }, orderBy: { domain: 'asc' } } } as const

export function createTenantsRepository(database: Database): TenantsRepository {
  return {
    async isActive(id) {
      const tenant = await database.tenant.findUnique({ where: { id }, select: { active: true } })
      return tenant?.active ?? false
    },

    async list({ cursor, limit }) {
      const where = { id: { gt: cursor ?? 0 } }
      const rows = await database.tenant.findMany({ where, orderBy: { id: 'asc' }, take: limit, include })
      return rows.map(toTenant)
    },

    async find(id) {
      const row = await database.tenant.findUnique({ where: { id }, include })
      return row === null ? null : toTenant(row)
    },

    insert: ({ name, domains }, actor, keyId) =>
      nullIfTaken(() =>
        inTransaction(database, async (tx) => {
          const data = { name, domains: { create: domains.map((domain) => ({ domain })) } }
          const made = toTenant(await tx.tenant.create({ data, include }))
          await nameKeyResource(tx, keyId, made.id)
          await record(tx, made.id, actor, 'tenant.made', { name, domains })
          return made
        }),
      ),

    change: (id, { domains, ...changes }, actor) =>
      nullIfTaken(() =>
        inTransaction(database, async (tx) => {
          await tx.$executeRaw`SELECT id FROM tenants WHERE id = ${id} FOR UPDATE`
          await tx.tenant.update({ where: { id }, data: changes })
          if (domains !== undefined) {
            await tx.tenantDomain.deleteMany({ where: { tenantId: id } })
            await tx.tenantDomain.createMany({ data: domains.map((domain) => ({ domain, tenantId: id })) })
          }
          const changed = toTenant(await tx.tenant.findUniqueOrThrow({ where: { id }, include }))
          await record(tx, id, actor, 'tenant.changed', { ...changes, ...(domains && { domains }) })
          return changed
        }),
      ),
  }
}

function record(
  tx: Transaction,
  tenantId: number,
  actor: Actor,
  action: string,
  details: Record<string, unknown>,
): Promise<void> {
  const deed = { tenantId, actor, action, subject: `tenant:${tenantId}`, details }
  return recordChange(tx, { changed: [{ entity: 'tenant', id: tenantId }], deed })
}

type Row = { id: number; name: string; active: boolean; createdAt: Date; domains: { domain: string }[] }

function toTenant({ id, name, active, createdAt, domains }: Row): Tenant {
  return { id, name, active, createdAt, domains: domains.map(({ domain }) => domain) }
}
