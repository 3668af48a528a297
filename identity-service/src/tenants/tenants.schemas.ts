import Type, { type Static } from 'typebox'

const name = Type.String({ minLength: 1, maxLength: 190, pattern: '\\S' })
const domains = Type.Array(Type.String({ minLength: 1, maxLength: 253 }), {
  maxItems: 100,
  description: 'host names in lower case, such as desk.example.com',
})

export const NewTenant = Type.Object({ name, domains: Type.Optional(domains) })
export const TenantPatch = Type.Object(
  { name: Type.Optional(name), domains: Type.Optional(domains), active: Type.Optional(Type.Boolean()) },
  { additionalProperties: false, minProperties: 1 },
)
export const TenantWire = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  active: Type.Boolean(),
  domains: Type.Array(Type.String()),
  created_at: Type.String({ description: 'RFC 3339' }),
})
export type TenantWire = Static<typeof TenantWire>
