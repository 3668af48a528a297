import type { Principal } from '@werk/shared/auth/principal'
import type { FeedEntry } from '@werk/shared/directory/feed'
import type { FeedPosition } from '@werk/shared/directory/feed-client'

export type KnownKey = {
  id: number
  hash: string
  userId: number
  scopes: readonly string[]
  expiresAt: Date
}

/** Whom an API key speaks for. */
export type KeyOwner = { userId: number; active: boolean; principal: Omit<Principal, 'scopes'> }

/** The part of the directory that every request may ask for. */
export type KnownDirectory = {
  endedSessions: { id: string; expiresAt: Date }[]
  /** with all their login names, folded */
  deactivated: { userId: number; names: string[] }[]
  inactiveTenants: number[]
  domains: { domain: string; tenantId: number }[]
  keys: KnownKey[]
  keyOwners: KeyOwner[]
}

/** The whole feed, each thing once. */
export type FeedSnapshot = { origin: string; cursor: number; entries: FeedEntry[] }

/** What this service keeps of the feed in its own database. */
export type DirectoryModel = {
  load(): Promise<{ position: FeedPosition; known: KnownDirectory }>
  /**
   * Writes what changed after a position, and moves the cursor, in one transaction. What another replica has written
   * already stays.
   * @returns from where to go on: less than the page's own end when a restored database lacks what came before it, null
   *   when the database holds another feed
   */
  apply(after: number, page: FeedSnapshot): Promise<number | null>
  /**
   * Puts the whole feed in place of all that is there, in one transaction, unless another replica has just done so.
   * Ended sessions stay, because none ever begins again.
   * @param instead the origin of what is replaced
   */
  replace(snapshot: FeedSnapshot, instead: string | null): Promise<void>
  findKeyOwners(userIds: readonly number[]): Promise<KeyOwner[]>
  /** Forgets sessions whose tokens have all expired. */
  forgetSessions(before: Date): Promise<void>
}
