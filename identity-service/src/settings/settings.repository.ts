import type { Actor } from '../audit/audit-entry.ts'
import type { Database } from '../infrastructure/database.ts'
import { recordChange } from '../infrastructure/record-change.ts'
import { inTransaction } from '../infrastructure/transaction.ts'

/** Makes what is to be kept from what is kept. */
type Merge = (stored: string | null) => string

/** Settings as they are kept: JSON, null where none was ever set. */
export type SettingsRepository = {
  findOfUser(userId: number): Promise<string | null>
  findOfTenant(tenantId: number): Promise<string | null>
  changeOfUser(user: { id: number; tenantId: number }, actor: Actor, merge: Merge): Promise<void>
  changeOfTenant(tenantId: number, actor: Actor, merge: Merge): Promise<void>
}

const select = { settings: true } as const
const action = 'settings.changed'

export function createSettingsRepository(database: Database): SettingsRepository {
  return {
    async findOfUser(id) {
      return (await database.user.findUniqueOrThrow({ where: { id }, select })).settings
    },

    async findOfTenant(id) {
      return (await database.tenant.findUniqueOrThrow({ where: { id }, select })).settings
    },

    changeOfUser: ({ id, tenantId }, actor, merge) =>
      inTransaction(database, async (tx) => {
        await tx.$queryRaw`SELECT id FROM users WHERE id = ${id} FOR UPDATE`
        const { settings } = await tx.user.findUniqueOrThrow({ where: { id }, select })
        await tx.user.update({ where: { id }, data: { settings: merge(settings), updatedAt: new Date() } })
        await recordChange(tx, { deed: { tenantId, actor, action, subject: `user:${id}` } })
      }),

    changeOfTenant: (id, actor, merge) =>
      inTransaction(database, async (tx) => {
        await tx.$queryRaw`SELECT id FROM tenants WHERE id = ${id} FOR UPDATE`
        const { settings } = await tx.tenant.findUniqueOrThrow({ where: { id }, select })
        await tx.tenant.update({ where: { id }, data: { settings: merge(settings) } })
        await recordChange(tx, { deed: { tenantId: id, actor, action, subject: `tenant:${id}` } })
      }),
  }
}
