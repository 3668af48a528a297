import type { Principal } from '@werk/shared/auth/principal'
import type { PoolConnection } from '@werk/shared/database/pool'
import { onlyStaffIsPresent } from './chat.errors.ts'
import type { PresenceRepository } from './presence.repository.ts'
import type { PresenceStatus } from './presence.ts'

/** @throws AppError chat.forbidden for whoever is none of the tenant's active staff, as the directory has it */
export type SetPresence = (caller: Principal, tenantId: number, status: PresenceStatus) => Promise<void>

/** Says that the caller is not there any more. */
export type EndPresence = (caller: Principal, tenantId: number) => Promise<void>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  presence: Pick<PresenceRepository, 'isStaff' | 'note' | 'end'>
}

export function createSetPresence({ transaction, presence }: Needs): SetPresence {
  return async ({ uid }, tenantId, status) => {
    await transaction(async (tx) => {
      if (uid === null || !(await presence.isStaff(tx, tenantId, uid))) throw onlyStaffIsPresent()
      await presence.note(tx, tenantId, uid, status)
    })
  }
}

export function createEndPresence({ presence }: Pick<Needs, 'presence'>): EndPresence {
  return async ({ uid }, tenantId) => {
    if (uid !== null) await presence.end(tenantId, uid)
  }
}
