/** A part of a list that is ordered by a number: what comes after `cursor`, the last number seen. */
export type NumberPageAsked = { cursor: number | null; limit: number }

export type NumberPage<T> = { items: T[]; nextCursor: number | null }

/**
 * A page of what was found.
 * @param found in order, one more than `limit` where there is more
 */
export function numberPageOf<T>(
  found: readonly T[],
  limit: number,
  numberOf: (item: T) => number,
): NumberPage<T> {
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: found.length > limit && last !== undefined ? numberOf(last) : null }
}
