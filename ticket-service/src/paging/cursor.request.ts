import type { Pagination } from '@werk/shared/http/envelope'
import Type from 'typebox'
import type { Page, Position } from './position.ts'

export const uuidPattern = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}'
const backwards = 'before:'
/** Before and after all others (RFC 9562, 5.9 and 5.10): from a page on which there is nothing one goes on from there. */
const [nil, max] = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']

/** The query of a list by UUIDv7 (contract 7): `cursor` is the last id seen, or whatever `next_cursor` and `prev_cursor` said. */
export const cursorQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 100 }),
  cursor: Type.Optional(
    Type.String({
      pattern: `^(${backwards})?${uuidPattern}$`,
      description: 'the last id seen, or next_cursor or prev_cursor of an answer',
    }),
  ),
}

type Query = { limit: number; cursor?: string }

export function positionOf({ cursor }: Query): Position {
  if (cursor === undefined) return null
  const id = cursor.replace(backwards, '').toLowerCase()
  return cursor.startsWith(backwards) ? { before: id } : { after: id }
}

export function paginationOf({ limit }: Query, page: Page<{ id: string }>): Pagination {
  const [first, last] = [page.items.at(0)?.id ?? max, page.items.at(-1)?.id ?? nil]
  return {
    ...(page.hasNext && { next_cursor: last }),
    ...(page.hasPrevious && { prev_cursor: `${backwards}${first}` }),
    has_next: page.hasNext,
    has_prev: page.hasPrevious,
    limit,
  }
}
