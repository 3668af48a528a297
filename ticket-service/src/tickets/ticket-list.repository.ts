import type { Pool } from '@werk/shared/database/pool'
import type { Position } from '../paging/position.ts'
import type { DeskTicket } from './desk-ticket.ts'
import { type DeskTicketRow, deskColumns, toDeskTicket } from './desk-tickets.rows.ts'
import type { TicketScope, Viewer } from './ticket-policy.ts'

/** What a list is narrowed to; null does not narrow. */
export type TicketFilter = {
  status: string | null
  priority: string | null
  category: string | null
  memberId: number | null
  agentId: number | null
  /** Only what nobody is assigned to. */
  unassigned: boolean
  creatorKey: string | null
  createdFrom: Date | null
  /** Exclusive. */
  createdTo: Date | null
  /** Only what is past one of its due times at this moment. */
  overdueAt: Date | null
  /** Folded, see `foldTag`. Only of what the viewer answers: others are not told how it is sorted. */
  tag: string | null
  /** For the database's full-text search in boolean mode, see `searchQueryOf`. */
  search: string | null
}

export type TicketListRepository = {
  /** What the scope shows, in the order of ids; of what comes before an id the nearest. */
  list(scope: TicketScope, filter: TicketFilter, position: Position, limit: number): Promise<DeskTicket[]>
}

type Condition = { sql: string; values: unknown[] }
/** A part of what a viewer sees, along an index of its own. None overlaps another. */
type Arm = Condition & { withInternal: boolean }

const day = 24 * 60 * 60 * 1000

/** SQL by the driver itself, along an index each (docs/adr/0003-prisma-and-the-driver.md, docs/adr/0022-ticket-lists.md). */
export function createTicketListRepository(pool: Pool): TicketListRepository {
  return {
    async list(scope, filter, position, limit) {
      const isBackwards = position !== null && 'before' in position
      const order = isBackwards ? 'DESC' : 'ASC'
      const way = wayOf(scope.tenantId, filter.tag)
      const narrowing = [
        ...conditionsOf(filter, way.id),
        ...(position === null ? [] : [beyond(position, way.id)]),
      ]
      const arms = armsOf(scope.viewer)
        .filter(({ withInternal }) => withInternal || filter.tag === null)
        .map((arm) => selectOf(scope.tenantId, arm, way, narrowing, filter.search))
      const each = arms.map(({ sql, values }) => ({
        sql: `${sql} ORDER BY ${way.id} ${order} LIMIT ?`,
        values: [...values, limit],
      }))
      if (each.length === 0) return []
      const [only, ...others] = each
      const statement =
        only !== undefined && others.length === 0
          ? only
          : {
              sql: `${each.map(({ sql }) => `(${sql})`).join(' UNION ALL ')} ORDER BY id ${order} LIMIT ?`,
              values: [...each.flatMap(({ values }) => values), limit],
            }
      const rows = await pool.execute<DeskTicketRow[]>(statement.sql, statement.values)
      return (isBackwards ? rows.toReversed() : rows).map(toDeskTicket)
    },
  }
}

function armsOf({ sees, uid, key }: Viewer): Arm[] {
  if (sees === 'tenant') return [{ sql: 'TRUE', values: [], withInternal: true }]
  // The length besides, because MySQL's comparison overlooks blanks at the end, and these make another name.
  const own = {
    sql: `t.creator_key = ? AND LENGTH(t.creator_key) = ?${uid === null ? '' : ' AND (t.user_id IS NULL OR t.user_id = ?)'}`,
    values: [key, Buffer.byteLength(key), ...(uid === null ? [] : [uid])],
    withInternal: false,
  }
  if (sees === 'own') return [own]
  const free: Arm = { sql: 't.agent_id IS NULL', values: [], withInternal: true }
  if (uid === null) return [free, { ...own, sql: `${own.sql} AND t.agent_id IS NOT NULL` }]
  return [
    free,
    { sql: 't.agent_id = ?', values: [uid], withInternal: true },
    { ...own, sql: `${own.sql} AND t.agent_id <> ?`, values: [...own.values, uid] },
  ]
}

/** Where the ids come from, in their order. Of what has a tag, from the tag's own index, however many or few they are. */
function wayOf(tenantId: number, tag: string | null) {
  if (tag === null) return { from: 'tickets t', id: 't.id', conditions: [] }
  return {
    from: `ticket_tags g FORCE INDEX (ticket_tags_tenant_id_tag_ticket_id_idx) STRAIGHT_JOIN tickets t ON t.id = g.ticket_id`,
    id: 'g.ticket_id',
    conditions: [is('g.tenant_id = ?', tenantId), is('g.tag = ?', tag)],
  }
}

function selectOf(
  tenantId: number,
  arm: Arm,
  way: ReturnType<typeof wayOf>,
  narrowing: readonly Condition[],
  search: string | null,
): Condition {
  const found = search === null ? null : foundBy(search, tenantId, arm.withInternal)
  const conditions = [...way.conditions, is('t.tenant_id = ?', tenantId), arm, ...narrowing]
  return {
    sql: `SELECT ${deskColumns} FROM ${way.from} ${found?.sql ?? ''} WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`,
    values: [...(found?.values ?? []), ...conditions.flatMap(({ values }) => values)],
  }
}

/** A UNION and no OR, because only so each part goes along its full-text index. */
function foundBy(search: string, tenantId: number, withInternal: boolean): Condition {
  return {
    sql: `JOIN (
      SELECT id FROM tickets WHERE tenant_id = ? AND MATCH(title, description) AGAINST (? IN BOOLEAN MODE)
      UNION SELECT ticket_id FROM ticket_replies
        WHERE MATCH(message) AGAINST (? IN BOOLEAN MODE)${withInternal ? '' : ' AND NOT internal'}
    ) found ON found.id = t.id`,
    values: [tenantId, search, search],
  }
}

/** @param id the column of the ids */
function conditionsOf(filter: TicketFilter, id: string): Condition[] {
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

/** As `isOverdue` in sla-clock.ts has it, for the clocks that run. */
function overdue(at: Date): Condition {
  return is(
    `t.sla_stopped_at IS NULL AND t.status IN ('open', 'in_progress')
      AND (t.resolution_due_at < ? OR (t.first_response_at IS NULL AND t.response_due_at < ?))`,
    at,
    at,
  )
}

function beyond(position: NonNullable<Position>, id: string): Condition {
  return 'after' in position ? is(`${id} > ?`, position.after) : is(`${id} < ?`, position.before)
}

/** The least UUIDv7 (RFC 9562, 5.7) of a millisecond. */
function firstIdOf(ms: number): string {
  const time = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}

const is = (sql: string, ...values: unknown[]): Condition => ({ sql, values })
