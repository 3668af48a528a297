/** Those whose people and things are apart from all others'. */
export type Tenant = {
  id: number
  name: string
  active: boolean
  /** Host names in lower case: a request that comes to one of them is this tenant's. */
  domains: string[]
  createdAt: Date
}

export type TenantChanges = Partial<Pick<Tenant, 'name' | 'active' | 'domains'>>

/** The tenant that runs the installation: it cannot be deactivated. */
export const operatingTenant = 1

const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const hostName = new RegExp(`^(?=.{1,253}$)(${label}\\.)*(?!\\d+$)${label}$`)

/** A host name in lower case (RFC 1123, 2.1), names of other scripts in their ASCII form; not an address. */
export function isHostName(text: string): boolean {
  return hostName.test(text)
}
