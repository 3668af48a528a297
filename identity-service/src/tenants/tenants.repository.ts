import type { Database } from '../infrastructure/database.ts'

export type TenantsRepository = {
  /** False for an unknown tenant, too. */
  isActive(id: number): Promise<boolean>
}

export function createTenantsRepository(database: Database): TenantsRepository {
  return {
    async isActive(id) {
      const tenant = await database.tenant.findUnique({ where: { id }, select: { active: true } })
      return tenant?.active ?? false
    },
  }
}
