/** A place in a list that is ordered by UUIDv7: what comes after an id, or before it; null is the beginning. */
export type Position = { after: string } | { before: string } | null

export type Page<T> = { items: T[]; hasNext: boolean; hasPrevious: boolean }

/**
 * A page of what was found.
 * @param found in order, one more than `limit` where there is more
 */
export function pageOf<T>(found: readonly T[], position: Position, limit: number): Page<T> {
  const isMore = found.length > limit
  if (position === null || 'after' in position)
    return { items: found.slice(0, limit), hasNext: isMore, hasPrevious: position !== null }
  // Whoever goes back comes from what lies after it.
  return { items: isMore ? found.slice(1) : [...found], hasNext: true, hasPrevious: isMore }
}
