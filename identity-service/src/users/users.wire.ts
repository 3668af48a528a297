import type { User } from './user.ts'
import type { UserWire } from './users.schemas.ts'

/** The one place that maps accounts to the admins' wire. */
export function toWireUser(user: User): UserWire {
  return {
    id: user.id,
    tenant_id: user.tenantId,
    name: user.name,
    lastname: user.lastName,
    email: user.email,
    username: user.username,
    role: user.role,
    active: user.active,
    invgate_id: user.invgateId,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    last_login_at: user.lastLoginAt?.toISOString() ?? null,
  }
}
