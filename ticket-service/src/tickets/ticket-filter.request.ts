import { foldLoginName } from '@werk/shared/auth/login-name'
import { foldTag } from '../tags/fold-tag.ts'
import { invalidMoment } from './tickets.errors.ts'
import type { FilterQuery } from './tickets.schemas.ts'

/** What MySQL's DATETIME can hold; no ticket is from before or after. */
const [earliest, latest] = [Date.UTC(1000, 0), Date.UTC(9999, 11, 31, 23, 59, 59, 999)]

/** What a query narrows a list to. @throws AppError tag.invalid, ticket.invalid for a moment that is none */
export function toTicketFilter(query: FilterQuery, now: Date) {
  return {
    status: query.status ?? null,
    priority: query.priority ?? null,
    category: query.category ?? null,
    memberId: query.member_id ?? null,
    agentId: query.agent_id ?? null,
    unassigned: query.unassigned === true,
    creatorKey: query.creator === undefined ? null : foldLoginName(query.creator),
    createdFrom: momentOf(query, 'created_from'),
    createdTo: momentOf(query, 'created_to'),
    overdueAt: query.overdue === true ? now : null,
    tag: query.tag === undefined ? null : foldTag(query.tag, 'tag'),
    typed: query.q ?? null,
  }
}

/** The schema lets more pass than `Date` can read, such as leap seconds. */
function momentOf(query: FilterQuery, field: 'created_from' | 'created_to'): Date | null {
  const text = query[field]
  if (text === undefined) return null
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) throw invalidMoment(field)
  return new Date(Math.min(Math.max(ms, earliest), latest))
}
