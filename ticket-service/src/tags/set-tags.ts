import type { PoolConnection } from '@werk/shared/database/pool'
import type { ChangeTicket, Target } from '../tickets/change-ticket.ts'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { By } from '../tickets/record-change.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import { ticketMerged } from '../tickets/tickets.errors.ts'
import { joined, type Part } from '../tickets/update-ticket.ts'
import { foldTag } from './fold-tag.ts'
import { onlyStaffTags } from './tags.errors.ts'
import type { TagsRepository } from './tags.repository.ts'

/**
 * Gives a ticket these tags in place of those that it has.
 * @param typed as somebody wrote them
 * @throws AppError tag.invalid, tag.forbidden, ticket.conflict, ticket.not_found, ticket.precondition_failed
 */
export type SetTags = (
  target: Target,
  by: By,
  typed: readonly string[],
) => Promise<{ ticket: DeskTicket; tags: string[] }>

/** The part of a change that sets tags, having written them; none where they are these already. @throws AppError tag.forbidden */
export type JudgeTags = (
  tx: PoolConnection,
  ticket: DeskTicket,
  scope: TicketScope,
  wanted: readonly string[],
) => Promise<Part[]>

type Tags = { tags: Pick<TagsRepository, 'list' | 'add' | 'remove'> }

export function createJudgeTags({ tags }: Tags): JudgeTags {
  return async (tx, ticket, scope, wanted) => {
    if (!worksOn(scope, ticket)) throw onlyStaffTags()
    const present = await tags.list(ticket.id, tx)
    const added = wanted.filter((tag) => !present.includes(tag))
    const removed = present.filter((tag) => !wanted.includes(tag))
    if (added.length + removed.length === 0) return []
    await tags.remove(tx, ticket.id, removed)
    await tags.add(tx, ticket, added)
    const note = {
      action: 'tagged',
      message: wanted.length === 0 ? null : wanted.join(', '),
      internal: true,
      details: { tags: [present, wanted] },
    }
    return [{ fields: {}, note, happening: null, isMirrored: false }]
  }
}

export function createSetTags({
  changeTicket,
  judgeTags,
}: {
  changeTicket: ChangeTicket
  judgeTags: JudgeTags
}): SetTags {
  return async (target, by, typed) => {
    const tags = foldTags(typed)
    const ticket = await changeTicket(target, by, async (before, tx) => {
      if (before.mergedInto !== null) throw ticketMerged(before.mergedInto)
      const parts = await judgeTags(tx, before, target.scope, tags)
      return parts.length === 0 ? null : joined(parts)
    })
    return { ticket, tags }
  }
}

/** Each once, in the order of the database. @throws AppError tag.invalid */
export function foldTags(typed: readonly string[]): string[] {
  const tags = new Set(typed.map((tag) => foldTag(tag, 'tags')))
  return [...tags].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
