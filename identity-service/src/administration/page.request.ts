import type { Pagination } from '@werk/shared/http/envelope'
import Type from 'typebox'
import type { Page, PageAsked } from './page.ts'

/** Of an account or an audit entry. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })
/** Of a tenant or a team: what the column holds. */
export const SmallId = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })

const description = 'next_cursor of the page before'
const limit = Type.Integer({ minimum: 1, maximum: 100, default: 50 })

/** The query of a list by `Id`; one that filters spreads it. */
export const pageQuery = { limit, cursor: Type.Optional({ ...Id, description }) }
/** Of a list by `SmallId`. */
export const SmallPageQuery = Type.Object({ limit, cursor: Type.Optional({ ...SmallId, description }) })
export const PageQuery = Type.Object(pageQuery)

export const IdParams = Type.Object({ id: Id })
export const SmallIdParams = Type.Object({ id: SmallId })

type Query = { limit: number; cursor?: number }

export const pageAsked = ({ limit, cursor }: Query): PageAsked => ({ limit, cursor: cursor ?? null })

export function paginationOf({ limit, cursor }: Query, { nextCursor }: Page<unknown>): Pagination {
  return {
    ...(nextCursor !== null && { next_cursor: String(nextCursor) }),
    has_next: nextCursor !== null,
    has_prev: cursor !== undefined,
    limit,
  }
}
