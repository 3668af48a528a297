import { type Condition, is, unfinished } from './ticket-conditions.repository.ts'
import type { TicketFilter } from './ticket-filter.ts'
import type { Viewer } from './ticket-policy.ts'

/** A part of what a viewer sees, along an index of its own. None overlaps another. */
export type Arm = Condition & {
  /** By what its tickets lie together in an index. */
  along: 'tenant' | 'agent' | 'creator'
  /** Whether the viewer is one of those who answer them, and so sees internal notes, and how they are sorted. */
  isAnswered: boolean
}

/** What `maySee` in ticket-policy.ts has, in parts. */
export function armsOf({ sees, uid, key }: Viewer): Arm[] {
  if (sees === 'tenant') return [{ ...is('TRUE'), along: 'tenant', isAnswered: true }]
  const own: Arm = { ...raisedBy(key, uid), along: 'creator', isAnswered: false }
  if (sees === 'own') return [own]
  const free: Arm = { ...is('t.agent_id IS NULL'), along: 'agent', isAnswered: true }
  if (uid === null) return [free, { ...own, sql: `${own.sql} AND t.agent_id IS NOT NULL` }]
  return [
    free,
    { ...is('t.agent_id = ?', uid), along: 'agent', isAnswered: true },
    { ...own, sql: `${own.sql} AND t.agent_id <> ?`, values: [...own.values, uid] },
  ]
}

/** The length besides, because MySQL's comparison overlooks blanks at the end, and these make another name. */
function raisedBy(key: string, uid: number | null): Condition {
  const byName = is('t.creator_key = ? AND LENGTH(t.creator_key) = ?', key, Buffer.byteLength(key))
  if (uid === null) return byName
  return is(`${byName.sql} AND (t.user_id IS NULL OR t.user_id = ?)`, ...byName.values, uid)
}

/**
 * An arm by the statuses that an index has to be asked for one by one. What is overdue is not finished, and that is little of
 * what there is.
 */
export function byStatus(arm: Arm, { status, overdueAt }: TicketFilter): Arm[] {
  if (overdueAt === null || status !== null || arm.along === 'creator') return [arm]
  return unfinished.map((one) => ({
    ...arm,
    sql: `${arm.sql} AND t.status = ?`,
    values: [...arm.values, one],
  }))
}

/**
 * The index that leads through an arm in the order of ids, by what narrows it most. It is named to the database, because both
 * servers else take any other way now and then, up to one through all tenants' tickets.
 */
export function indexOf({ along }: Arm, filter: TicketFilter): string {
  const hasStatus = filter.status !== null || filter.overdueAt !== null
  if (along === 'creator' || filter.creatorKey !== null) return named('creator_key')
  if (filter.memberId !== null) return named('member_id')
  if (along === 'agent' || filter.agentId !== null || filter.unassigned)
    return hasStatus ? named('agent_id', 'status') : named('agent_id')
  if (hasStatus) return named('status')
  if (filter.category !== null) return named('category')
  return filter.priority === null ? named() : named('priority')
}

const named = (...columns: string[]) => ['tickets_tenant_id', ...columns, 'id_idx'].join('_')
