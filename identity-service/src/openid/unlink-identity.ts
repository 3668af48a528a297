import type { Actor } from '../audit/audit-entry.ts'
import type { ExternalIdentities } from './external-identities.repository.ts'
import { notLinked, onlyWayIn } from './openid.errors.ts'

export type UnlinkIdentity = (userId: number, actor: Actor) => Promise<void>

/** @throws AppError openid.not_found, openid.conflict for an account that has no password */
export function createUnlinkIdentity({ identities }: { identities: ExternalIdentities }): UnlinkIdentity {
  return async (userId, actor) => {
    const outcome = await identities.unlink(userId, actor)
    if (outcome === 'not_linked') throw notLinked()
    if (outcome === 'only_way_in') throw onlyWayIn()
  }
}
