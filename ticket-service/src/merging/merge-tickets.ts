import type { PoolConnection } from '@werk/shared/database/pool'
import type { ChangePair, Pair } from '../links/change-pair.ts'
import type { WriteLink } from '../links/link-tickets.ts'
import type { FindMentionable } from '../replies/mentionable.ts'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { By, Change } from '../tickets/record-change.ts'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import { joined, statusPart } from '../tickets/update-ticket.ts'
import { mostWatchers } from '../watchers/watcher.ts'
import type { WatchersRepository } from '../watchers/watchers.repository.ts'
import { mergeIntoItself } from './merging.errors.ts'
import type { FindRequester } from './requesters.repository.ts'

/**
 * Merges a ticket into another: it is closed for good, keeps what was written in it, and names the other. Who watched or
 * raised it watches the other, where they may see that.
 * A merged ticket takes no other in and is not merged again, so no circle can come about.
 * @returns the ticket that was merged
 * @throws AppError merge.invalid, ticket.not_found, ticket.forbidden, ticket.conflict
 */
export type MergeTickets = (command: {
  scope: TicketScope
  by: By
  id: string
  into: string
}) => Promise<DeskTicket>

type Needs = {
  changePair: ChangePair
  writeLink: WriteLink
  watchers: Pick<WatchersRepository, 'listIds' | 'add'>
  findMentionable: FindMentionable
  findRequester: FindRequester
}

export function createMergeTickets(needs: Needs): MergeTickets {
  const { changePair, writeLink, watchers, findMentionable, findRequester } = needs

  const takeWatchersAlong = async (
    tx: PoolConnection,
    { one: merged, other: target }: Pair<DeskTicket>,
    at: Date,
  ): Promise<number[]> => {
    const requester = await findRequester(tx, merged)
    const watching = await watchers.listIds(tx, merged.id)
    const candidates = [...new Set([...(requester === null ? [] : [requester]), ...watching])]
    if (candidates.length === 0) return []
    const seeing = await findMentionable(tx, target, candidates, false)
    const present = await watchers.listIds(tx, target.id)
    const added = candidates
      .filter((id) => seeing.includes(id) && !present.includes(id))
      .slice(0, Math.max(0, mostWatchers - present.length))
    await watchers.add(tx, target, added, at)
    return added
  }

  return async ({ scope, by, id, into }) => {
    if (id === into) throw mergeIntoItself()
    const pair = await changePair({ scope, ids: { one: id, other: into } }, by, async (tickets, tx) => {
      const { link } = await writeLink(tx, tickets, 'duplicates', by.at)
      const added = await takeWatchersAlong(tx, tickets, by.at)
      return { one: mergedChange(tickets, by.at), other: targetChange(tickets, { link_id: link.id, added }) }
    })
    return pair.one
  }
}

/** The requester learns where it went and nothing of what is there. InvGate closes its incident. */
function mergedChange({ one: merged, other: target }: Pair<DeskTicket>, at: Date): Change {
  const steps = merged.status === 'closed' ? [] : [statusPart(merged, 'closed', at)]
  const { fields, happenings, jobs } = joined(steps)
  const details = { merged_into: target.id, status: [merged.status, 'closed'] }
  return {
    ...{ happenings, jobs },
    fields: { ...fields, waitingSince: null, mergedInto: target.id },
    notes: [{ action: 'merged', message: `into ${target.id}`, internal: false, details }],
  }
}

function targetChange(
  { one: merged }: Pair<DeskTicket>,
  { link_id, added }: { link_id: string; added: number[] },
): Change {
  const details = { ticket_id: merged.id, link_id, watchers: added }
  return {
    ...{ fields: {}, happenings: [], jobs: [] },
    notes: [{ action: 'took_in', message: merged.id, internal: true, details }],
  }
}
