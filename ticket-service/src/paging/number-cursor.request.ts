import type { Pagination } from '@werk/shared/http/envelope'
import Type from 'typebox'
import type { NumberPage, NumberPageAsked } from './number-page.ts'

/** Of a row that the database numbers, or of an account. */
export const RowNumber = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** The query of a list by number: `cursor` is the last number seen. */
export const numberCursorQuery = {
  limit: Type.Integer({ minimum: 1, maximum: 100 }),
  cursor: Type.Optional({ ...RowNumber, description: 'next_cursor of the page before' }),
}

type Query = { limit: number; cursor?: number }

export const numberPageAsked = ({ limit, cursor }: Query): NumberPageAsked => ({
  limit,
  cursor: cursor ?? null,
})

export function numberPaginationOf(
  { limit, cursor }: Query,
  { nextCursor }: NumberPage<unknown>,
): Pagination {
  return {
    ...(nextCursor !== null && { next_cursor: String(nextCursor) }),
    has_next: nextCursor !== null,
    has_prev: cursor !== undefined,
    limit,
  }
}
