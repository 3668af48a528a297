import type { Position } from '../paging/position.ts'
import type { TicketFilter } from './ticket-filter.ts'

/** A part of a WHERE. */
export type Condition = { sql: string; values: unknown[] }

export const is = (sql: string, ...values: unknown[]): Condition => ({ sql, values })
export const bracketed = ({ sql, values }: Condition): Condition => ({ sql: `(${sql})`, values })

export function joined(parts: readonly Condition[], by: ' AND ' | ' OR ' | ' UNION ALL '): Condition {
  return is(parts.map(({ sql }) => sql).join(by), ...parts.flatMap(({ values }) => values))
}

/** Where a clock can run. */
export const unfinished = ['open', 'in_progress'] as const

const day = 24 * 60 * 60 * 1000

/** What the filter demands. @param id the column of the ids */
export function conditionsOf(filter: TicketFilter, id: string): Condition[] {
  const equal: [string, string | number | null][] = [
    ['t.status', filter.status],
    ['t.priority', filter.priority],
    ['t.category', filter.category],
    ['t.member_id', filter.memberId],
    ['t.agent_id', filter.agentId],
    ['t.creator_key', filter.creatorKey],
  ]
  const { createdFrom, createdTo, overdueAt } = filter
  return [
    ...equal.filter(([, value]) => value !== null).map(([column, value]) => is(`${column} = ?`, value)),
    ...(filter.unassigned ? [is('t.agent_id IS NULL')] : []),
    // Ids are in the order of time, so they bound the way along the index; a day's grace, as the time is not theirs.
    ...(createdFrom === null
      ? []
      : [is('t.created_at >= ?', createdFrom), is(`${id} >= ?`, firstIdOf(createdFrom.getTime() - day))]),
    ...(createdTo === null
      ? []
      : [is('t.created_at < ?', createdTo), is(`${id} < ?`, firstIdOf(createdTo.getTime() + day))]),
    ...(overdueAt === null ? [] : [overdue(overdueAt)]),
  ]
}

/** @param id the column of the ids */
export function beyond(position: Position, id: string): Condition[] {
  if (position === null) return []
  return 'after' in position ? [is(`${id} > ?`, position.after)] : [is(`${id} < ?`, position.before)]
}

/** Past the time for the resolution, or for a first answer that was never given; of the clocks that run. */
function overdue(at: Date): Condition {
  return is(
    `t.sla_stopped_at IS NULL AND t.status IN ('${unfinished.join("', '")}')
      AND (t.resolution_due_at < ? OR (t.first_response_at IS NULL AND t.response_due_at < ?))`,
    at,
    at,
  )
}

/** The least UUIDv7 (RFC 9562, 5.7) of a millisecond. */
function firstIdOf(ms: number): string {
  const time = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}
