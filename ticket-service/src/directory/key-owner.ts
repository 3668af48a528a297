import type { FeedEntry } from '@werk/shared/directory/feed'
import type { KeyOwner } from './known-directory.ts'

export type UserData = NonNullable<Extract<FeedEntry, { entity: 'user' }>['data']>

/** Who calls with an API key of this account. */
export function keyOwnerOf(user: UserData): KeyOwner {
  const principal = {
    sub: user.email ?? user.username ?? String(user.id),
    email: user.email,
    uid: user.id,
    tenantId: user.tenant_id,
    role: user.role,
    name: `${user.name} ${user.lastname}`.trim(),
    invgateId: user.invgate_id,
    sid: null,
  }
  return { userId: user.id, active: user.active, principal }
}
