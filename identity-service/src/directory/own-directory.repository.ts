import { hashApiKey } from '@werk/shared/auth/api-key'
import type { Directory } from '@werk/shared/auth/directory'
import { foldLoginName } from '@werk/shared/auth/login-name'
import { type Principal, toRole } from '@werk/shared/auth/principal'
import { noteApiKeyUse } from '../api-keys/note-use.repository.ts'
import type { Database } from '../infrastructure/database.ts'

type Flag = number | boolean

/** What this service knows of its own accounts and tenants, read from the database on every request. */
export function createOwnDirectory(database: Database): Directory {
  return {
    async admits({ uid, sid, sub }) {
      if (uid === null) return isNotDeactivated(database, sub)
      const [row] = await database.$queryRaw<
        { active: Flag; session: string | null; ended_at: Date | null }[]
      >`
        SELECT u.active, s.id AS session, s.ended_at
        FROM users u LEFT JOIN sessions s ON s.id = ${sid} AND s.user_id = u.id WHERE u.id = ${uid}`
      if (row === undefined || !row.active) return false
      return sid === null || (row.session !== null && row.ended_at === null)
    },

    async isTenantActive(id) {
      const tenant = await database.tenant.findUnique({ where: { id }, select: { active: true } })
      return tenant?.active ?? false
    },

    findTenantByDomain: createDomainLookUp(database),

    async findByApiKey(key) {
      const row = await database.apiKey.findUnique({
        where: { hash: hashApiKey(key) },
        include: { user: true },
      })
      const now = new Date()
      if (row === null || row.revokedAt !== null || row.expiresAt <= now || !row.user.active) return null
      await noteApiKeyUse(database, row, now)
      return principalOfKey(row.user, row.scopes)
    },
  }
}

const domainsFreshMs = 2000

/** Remembers the domains for a moment, because every request asks, and goes by what it remembers while the database is away. */
function createDomainLookUp(database: Database): Directory['findTenantByDomain'] {
  let known = new Map<string, number>()
  let readAt = Number.NEGATIVE_INFINITY
  return async (domain) => {
    if (performance.now() - readAt > domainsFreshMs) {
      readAt = performance.now()
      const rows = await database.tenantDomain.findMany().catch(() => null)
      if (rows !== null) known = new Map(rows.map(({ domain, tenantId }) => [domain, tenantId]))
    }
    return known.get(domain) ?? null
  }
}

/** A token that others signed names its account by the login name alone, and need not have one here. */
async function isNotDeactivated(database: Database, sub: string): Promise<boolean> {
  const name = await database.loginName.findUnique({
    where: { name: foldLoginName(sub) },
    select: { user: { select: { active: true } } },
  })
  return name?.user.active ?? true
}

type Owner = {
  id: bigint
  tenantId: number
  name: string
  lastName: string
  email: string | null
  username: string | null
  role: string
  invgateId: bigint | null
}

function principalOfKey(owner: Owner, scopes: string): Principal {
  const id = Number(owner.id)
  return {
    sub: owner.email ?? owner.username ?? String(id),
    email: owner.email,
    uid: id,
    tenantId: owner.tenantId,
    role: toRole(owner.role),
    name: `${owner.name} ${owner.lastName}`.trim(),
    invgateId: owner.invgateId === null ? null : Number(owner.invgateId),
    sid: null,
    scopes: scopes.split(' '),
  }
}
