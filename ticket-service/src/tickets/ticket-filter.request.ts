import { foldLoginName } from '@werk/shared/auth/login-name'
import { foldTag } from '../tags/fold-tag.ts'
import { momentOf } from './moment.request.ts'
import type { FilterQuery } from './tickets.schemas.ts'

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
    createdFrom: momentOf(query.created_from, 'created_from'),
    createdTo: momentOf(query.created_to, 'created_to'),
    overdueAt: query.overdue === true ? now : null,
    tag: query.tag === undefined ? null : foldTag(query.tag, 'tag'),
    typed: query.q ?? null,
  }
}
