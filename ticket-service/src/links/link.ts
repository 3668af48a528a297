import type { DeskTicket } from '../tickets/desk-ticket.ts'

export const linkKinds = ['relates', 'duplicates', 'blocks'] as const
export type LinkKind = (typeof linkKinds)[number]

/** As it is kept: `from` duplicates or blocks `to`. */
export type Link = {
  /** UUIDv7. */
  id: string
  from: string
  to: string
  kind: LinkKind
  createdAt: Date
}

/** A link as it is seen from one of its tickets. */
export type SeenLink = {
  id: string
  kind: LinkKind
  /** Whether the ticket that it is seen from duplicates or blocks the other; not the other way round. */
  isOutward: boolean
  other: Pick<DeskTicket, 'id' | 'tenantId' | 'title' | 'status' | 'creatorKey' | 'userId' | 'agentId'>
  createdAt: Date
}

/** Of one ticket, made by hand; those of what was merged into it come on top. */
export const mostLinks = 50

/** What is so both ways is kept once. */
export function endsOf(kind: LinkKind, from: string, to: string): Pick<Link, 'from' | 'to'> {
  return kind === 'relates' && to < from ? { from: to, to: from } : { from, to }
}

/** What one ticket is to the other, in a word; `relates` is so both ways. */
export function nameOfKind(kind: LinkKind, isOutward: boolean): string {
  if (isOutward || kind === 'relates') return kind
  return kind === 'duplicates' ? 'duplicated_by' : 'blocked_by'
}
