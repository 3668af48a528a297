import { LogicalFault, Refusal } from '../api/failures.ts'
import { decodePageKey, encodePageKey } from '../api/page-key.ts'
import { findUser, type UserKey } from '../users/find-user.ts'
import type { World } from '../world/world.ts'
import type { Incident } from './incident.ts'

const closedStatuses = new Set([6, 7, 8])

export function isOpen(incident: Incident): boolean {
  return !closedStatuses.has(incident.statusId)
}

export type Page = { readonly incidents: Incident[]; readonly nextPageKey: string | null }

/** One page of the matching incidents, in the order of creation. @throws Refusal 428 for a page key that is none. */
export function listPage(
  world: World,
  matches: (incident: Incident) => boolean,
  request: { limit: number; page_key?: string },
): Page {
  const lastId = decodePageKey(request.page_key)
  const found: Incident[] = []
  for (const incident of world.incidents.values()) {
    if (incident.id <= lastId || !matches(incident)) continue
    if (found.length === request.limit) return { incidents: found, nextPageKey: keyAfter(found) }
    found.push(incident)
  }
  return { incidents: found, nextPageKey: null }
}

function keyAfter(found: readonly Incident[]): string {
  return encodePageKey(found.at(-1)?.id ?? 0)
}

/**
 * The id of the person that id, e-mail or username names. An id is taken at its word.
 * @throws Refusal 428 without any of them, LogicalFault for an unknown e-mail or username.
 */
export function personId(world: World, key: UserKey): number {
  if (key.id !== undefined) return key.id
  if (key.email === undefined && key.username === undefined) {
    throw new Refusal(428, 'id, email or username is required')
  }
  const user = findUser(world, key)
  if (user === null) throw new LogicalFault('User not found')
  return user.id
}

/** Ids of the matching incidents by offset, with how many match in all. */
export function listSlice(
  world: World,
  matches: (incident: Incident) => boolean,
  { limit, offset }: { limit: number; offset: number },
): { requestIds: number[]; total: number } {
  const ids = [...world.incidents.values()].filter(matches).map(({ id }) => id)
  return { requestIds: ids.slice(offset, offset + limit), total: ids.length }
}
