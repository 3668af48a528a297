import type { Pool } from '@werk/shared/database/pool'
import type { Position } from '../paging/position.ts'
import type { DeskTicket } from './desk-ticket.ts'
import { type DeskTicketRow, deskColumns, toDeskTicket } from './desk-tickets.rows.ts'
import { type Arm, armsOf, byStatus, indexOf } from './ticket-arms.repository.ts'
import {
  beyond,
  bracketed,
  type Condition,
  conditionsOf,
  is,
  joined,
} from './ticket-conditions.repository.ts'
import type { TicketFilter } from './ticket-filter.ts'
import type { TicketScope } from './ticket-policy.ts'
import { type Search, searchOf } from './ticket-search.repository.ts'

export type { TicketFilter } from './ticket-filter.ts'

export type TicketListRepository = {
  /** What the scope shows, in the order of ids; of what comes before an id the nearest. */
  list(scope: TicketScope, filter: TicketFilter, position: Position, limit: number): Promise<DeskTicket[]>
}

/** SQL by the driver itself, along an index each (docs/adr/0003-prisma-and-the-driver.md, docs/adr/0022-ticket-lists.md). */
export function createTicketListRepository(pool: Pool): TicketListRepository {
  return {
    async list({ tenantId, viewer }, filter, position, limit) {
      const isBackwards = position !== null && 'before' in position
      const arms = armsOf(viewer).filter(({ isAnswered }) => isAnswered || filter.tag === null)
      if (arms.length === 0) return []
      const way = wayOf(tenantId, filter)
      const page = { order: isBackwards ? 'DESC' : 'ASC', limit } as const
      const narrowing = [
        ...way.conditions,
        is('t.tenant_id = ?', tenantId),
        ...conditionsOf(filter, way.id),
        ...beyond(position, way.id),
      ]
      const { sql, values } =
        filter.search === null
          ? inArms(arms, filter, way, narrowing, page)
          : inSearch(searchOf(arms, tenantId, filter.search), way, narrowing, page)
      const rows = await pool.execute<DeskTicketRow[]>(sql, values)
      return (isBackwards ? rows.toReversed() : rows).map(toDeskTicket)
    },
  }
}

type Way = { from: string; id: string; conditions: Condition[]; isForced: boolean }
type PageOf = { order: 'ASC' | 'DESC'; limit: number }

/** Where the ids come from, in their order. Of what has a tag, from the tag's own index, however many or few they are. */
function wayOf(tenantId: number, { tag }: TicketFilter): Way {
  if (tag === null) return { from: 'tickets t', id: 't.id', conditions: [], isForced: false }
  return {
    from: `ticket_tags g FORCE INDEX (ticket_tags_tenant_id_tag_ticket_id_idx) STRAIGHT_JOIN tickets t ON t.id = g.ticket_id`,
    id: 'g.ticket_id',
    conditions: [is('g.tenant_id = ?', tenantId), is('g.tag = ?', tag)],
    isForced: true,
  }
}

/** Each part goes no further than the page, and the page is made of their beginnings. */
function inArms(
  arms: readonly Arm[],
  filter: TicketFilter,
  way: Way,
  narrowing: readonly Condition[],
  { order, limit }: PageOf,
): Condition {
  const parts = arms
    .flatMap((arm) => (way.isForced ? [arm] : byStatus(arm, filter)))
    .map((arm) => {
      const from = way.isForced ? way.from : `${way.from} FORCE INDEX (${indexOf(arm, filter)})`
      const { sql, values } = joined([...narrowing, arm], ' AND ')
      return is(
        `SELECT ${deskColumns} FROM ${from} WHERE ${sql} ORDER BY ${way.id} ${order} LIMIT ?`,
        ...values,
        limit,
      )
    })
  const [only, ...others] = parts
  if (only !== undefined && others.length === 0) return only
  const { sql, values } = joined(parts.map(bracketed), ' UNION ALL ')
  return is(`${sql} ORDER BY id ${order} LIMIT ?`, ...values, limit)
}

/** First what is found, which has no order; then what of it the viewer sees. */
function inSearch(
  { found, seen }: Search,
  way: Way,
  narrowing: readonly Condition[],
  { order, limit }: PageOf,
): Condition {
  const { sql, values } = joined([...narrowing, seen], ' AND ')
  return is(
    `SELECT ${deskColumns} FROM ${way.from} JOIN (${found.sql}) found ON found.id = t.id
      WHERE ${sql} ORDER BY ${way.id} ${order} LIMIT ?`,
    ...[...found.values, ...values, limit],
  )
}
