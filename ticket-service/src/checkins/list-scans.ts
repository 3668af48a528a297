import type { EventRef, NewScan } from './scan.ts'
import type { ScansRepository } from './scans.repository.ts'

export type ScansPage = { scans: NewScan[]; nextCursor: string | null }
export type ListScans = (
  event: EventRef,
  page: { cursor: string | null; limit: number },
) => Promise<ScansPage>

type Needs = { scans: Pick<ScansRepository, 'list'> }

/** All that ever happened at an event's gates, as it was recorded, a page at a time. */
export function createListScans({ scans }: Needs): ListScans {
  return async (event, { cursor, limit }) => {
    const found = await scans.list(event, cursor, limit + 1)
    const page = found.slice(0, limit)
    return { scans: page, nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null }
  }
}
