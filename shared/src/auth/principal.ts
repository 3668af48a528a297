import Type, { type Static } from 'typebox'

export const roles = ['user', 'agent', 'committee', 'vendor', 'admin'] as const
export const Role = Type.Enum([...roles])
export type Role = (typeof roles)[number]

/** The role of that name. A role that nobody knows is worth no rights. */
export function toRole(name: string): Role {
  return roles.find((known) => known === name) ?? 'user'
}

/** Who a request comes from, as its token says. */
export type Principal = {
  /** The login name: the e-mail, or the username of an account without one. */
  sub: string
  email: string | null
  /** The account's number in the identity-service; null for tokens that others signed with the shared secret. */
  uid: number | null
  tenantId: number
  role: Role
  name: string | null
  /** The person's user id in InvGate. */
  invgateId: number | null
  /** The session that the token belongs to; null for tokens that others signed. */
  sid: string | null
  /** What an API key may do; null for a person's token, which may do all that the role allows. */
  scopes: readonly string[] | null
}

const id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
/** As the databases keep it. */
const tenantId = Type.Integer({ minimum: 1, maximum: 2 ** 32 - 1 })

/** Claims after the signature was found good (contract 1): only `sub` and `exp` must be there, any other must be right. */
export const Claims = Type.Object({
  sub: Type.String({ minLength: 1, maxLength: 320 }),
  exp: Type.Number(),
  iat: Type.Optional(Type.Number()),
  role: Type.Optional(Role),
  uid: Type.Optional(id),
  tenant_id: Type.Optional(tenantId),
  name: Type.Optional(Type.String({ maxLength: 400 })),
  email: Type.Optional(Type.String({ minLength: 1, maxLength: 320 })),
  sid: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
  invgate_id: Type.Optional(id),
})
export type Claims = Static<typeof Claims>

/** A token that has no other claim than `sub` is a plain user of tenant 1. */
export function principalOf(claims: Claims): Principal {
  return {
    sub: claims.sub,
    email: claims.email ?? null,
    uid: claims.uid ?? null,
    tenantId: claims.tenant_id ?? 1,
    role: claims.role ?? 'user',
    name: claims.name ?? null,
    invgateId: claims.invgate_id ?? null,
    sid: claims.sid ?? null,
    scopes: null,
  }
}

/** Vendors and admins of tenant 1 run the whole installation and may work in any tenant. */
export function isOperator({ role, tenantId }: Principal): boolean {
  return tenantId === 1 && (role === 'vendor' || role === 'admin')
}
