/** A part of a list that is ordered by a number: what comes after `cursor`, the last number seen. */
export type PageAsked = { cursor: number | null; limit: number }

export type Page<T> = { items: T[]; nextCursor: number | null }

/**
 * Reads one more than was asked for, to know whether there is more.
 * @param read gives up to `limit` items after the cursor
 */
export async function readPage<T>(
  { cursor, limit }: PageAsked,
  read: (asked: PageAsked) => Promise<T[]>,
  numberOf: (item: T) => number,
): Promise<Page<T>> {
  const found = await read({ cursor, limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: found.length > limit && last !== undefined ? numberOf(last) : null }
}
