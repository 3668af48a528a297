import { hashApiKey } from '@werk/shared/auth/api-key'
import type { Directory } from '@werk/shared/auth/directory'
import { foldLoginName } from '@werk/shared/auth/login-name'
import type { FeedEntry } from '@werk/shared/directory/feed'
import { keyOwnerOf, type UserData } from './key-owner.ts'
import type { KeyOwner, KnownDirectory, KnownKey } from './known-directory.ts'

/** What every request asks, answered without a wait. */
export type DirectoryMemory = {
  directory: Directory
  load(known: KnownDirectory): void
  apply(entries: readonly FeedEntry[]): void
  /** Puts the whole feed in place of what is known, at one stroke. Ended sessions stay. */
  replace(entries: readonly FeedEntry[]): void
  /** Accounts whose keys are known while they themselves are not. */
  missingKeyOwners(): number[]
  learnKeyOwners(owners: readonly KeyOwner[]): void
  forgetSessions(before: Date): void
}

type Options = { clock: { now(): Date }; noteKeyUse(keyId: number): void }
type Entry<E extends FeedEntry['entity']> = Extract<FeedEntry, { entity: E }>

export function createDirectoryMemory({ clock, noteKeyUse }: Options): DirectoryMemory {
  const endedSessions = new Map<string, number>()
  let facts = createFacts()

  const applyTo = (target: Facts, entries: readonly FeedEntry[]) => {
    for (const entry of entries) {
      if (entry.entity === 'ended_session' && entry.data !== null)
        endedSessions.set(entry.data.id, Date.parse(entry.data.expires_at))
      else if (entry.entity === 'tenant') target.setTenant(entry)
      else if (entry.entity === 'api_key') target.setKey(Number(entry.id), toKey(entry))
    }
    // After the keys, because of accounts in general only who has a key is remembered.
    const withKeys = new Set([...target.keys.values()].map(({ userId }) => userId))
    for (const { entity, id, data } of entries) {
      if (entity === 'user') target.setUser(Number(id), data, withKeys.has(Number(id)))
    }
  }

  const directory: Directory = {
    admits({ sid, uid, sub, email }) {
      if (sid !== null && endedSessions.has(sid)) return false
      if (uid !== null) return !facts.deactivated.has(uid)
      if (facts.deactivatedNames.size === 0) return true
      return ![sub, email].some((name) => name !== null && facts.deactivatedNames.has(foldLoginName(name)))
    },
    isTenantActive: (id) => !facts.inactiveTenants.has(id),
    findTenantByDomain: (domain) => facts.domains.get(domain) ?? null,
    findByApiKey(credential) {
      const key = facts.keys.get(hashApiKey(credential))
      if (key === undefined || key.expiresAt <= clock.now()) return null
      const owner = facts.keyOwners.get(key.userId)
      if (owner === undefined || !owner.active) return null
      noteKeyUse(key.id)
      return { ...owner.principal, scopes: key.scopes }
    },
  }

  return {
    directory,
    load(known) {
      for (const { id, expiresAt } of known.endedSessions) endedSessions.set(id, expiresAt.getTime())
      facts = createFacts(known)
    },
    apply: (entries) => applyTo(facts, entries),
    replace(entries) {
      const renewed = createFacts()
      applyTo(renewed, entries)
      facts = renewed
    },
    missingKeyOwners: () => {
      const owners = new Set([...facts.keys.values()].map(({ userId }) => userId))
      return [...owners].filter((userId) => !facts.keyOwners.has(userId))
    },
    learnKeyOwners(owners) {
      for (const owner of owners) facts.keyOwners.set(owner.userId, owner)
    },
    forgetSessions(before) {
      for (const [id, expiresAt] of endedSessions) if (expiresAt < before.getTime()) endedSessions.delete(id)
    },
  }
}

type Facts = ReturnType<typeof createFacts>

const nothing: KnownDirectory = {
  endedSessions: [],
  deactivated: [],
  inactiveTenants: [],
  domains: [],
  keys: [],
  keyOwners: [],
}

function createFacts(known = nothing) {
  const deactivated = new Map(known.deactivated.map(({ userId, names }) => [userId, names]))
  const deactivatedNames = new Map(
    known.deactivated.flatMap(({ userId, names }) => names.map((name) => [name, userId] as const)),
  )
  const inactiveTenants = new Set(known.inactiveTenants)
  const domains = new Map(known.domains.map(({ domain, tenantId }) => [domain, tenantId]))
  const keys = new Map(known.keys.map((key) => [key.hash, key]))
  const hashes = new Map(known.keys.map(({ id, hash }) => [id, hash]))
  const keyOwners = new Map(known.keyOwners.map((owner) => [owner.userId, owner]))

  const reactivate = (userId: number) => {
    for (const name of deactivated.get(userId) ?? [])
      if (deactivatedNames.get(name) === userId) deactivatedNames.delete(name)
    deactivated.delete(userId)
  }

  return {
    deactivated,
    deactivatedNames,
    inactiveTenants,
    domains,
    keys,
    keyOwners,
    setTenant({ id, data }: Entry<'tenant'>) {
      const tenantId = Number(id)
      for (const [domain, owner] of domains) if (owner === tenantId) domains.delete(domain)
      for (const domain of data?.domains ?? []) domains.set(domain, tenantId)
      if (data?.active === true) inactiveTenants.delete(tenantId)
      else inactiveTenants.add(tenantId)
    },
    setKey(id: number, key: KnownKey | null) {
      keys.delete(hashes.get(id) ?? '')
      hashes.delete(id)
      if (key === null) return
      keys.set(key.hash, key)
      hashes.set(id, key.hash)
    },
    setUser(userId: number, user: UserData | null, hasKey: boolean) {
      const names = user === null ? deactivated.get(userId) : loginNamesOf(user)
      reactivate(userId)
      if (user?.active !== true) {
        deactivated.set(userId, names ?? [])
        for (const name of names ?? []) deactivatedNames.set(name, userId)
      }
      if (user === null) keyOwners.delete(userId)
      else if (hasKey) keyOwners.set(userId, keyOwnerOf(user))
    },
  }
}

/** Folded, as names are compared. */
export function loginNamesOf({ email, username }: Pick<UserData, 'email' | 'username'>): string[] {
  return [email, username].filter((name) => name !== null).map(foldLoginName)
}

function toKey({ data }: Entry<'api_key'>): KnownKey | null {
  if (data === null) return null
  const { id, hash, user_id: userId, scopes, expires_at } = data
  return { id, hash, userId, scopes, expiresAt: new Date(expires_at) }
}
