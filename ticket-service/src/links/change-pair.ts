import type { PoolConnection } from '@werk/shared/database/pool'
import { resumeSla } from '../sla/sla-clock.ts'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import { withClock } from '../tickets/change-ticket.ts'
import type { DeskTicket } from '../tickets/desk-ticket.ts'
import type { DeskTicketsRepository } from '../tickets/desk-tickets.repository.ts'
import type { By, Change, RecordChange } from '../tickets/record-change.ts'
import { maySee, type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import { ticketMerged, ticketNotFound } from '../tickets/tickets.errors.ts'
import { onlyStaffOfBoth } from './links.errors.ts'

/** Of each of two different tickets. */
export type Pair<T> = { one: T; other: T }

/** Says what is to change, having seen both as they are; null: nothing. */
export type DecidePair = (tickets: Pair<DeskTicket>, tx: PoolConnection) => Promise<Pair<Change> | null>

/**
 * Changes two tickets in one transaction, for somebody who answers both. Whoever changes the same two the other way
 * round locks them in the same order, so that neither waits for the other for ever.
 * @throws AppError ticket.not_found for either, ticket.forbidden, ticket.conflict where either is merged
 */
export type ChangePair = (
  target: { scope: TicketScope; ids: Pair<string> },
  by: By,
  decide: DecidePair,
) => Promise<Pair<DeskTicket>>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  tickets: Pick<DeskTicketsRepository, 'lock'>
  recordChange: RecordChange
  findSlaTerms: FindSlaTerms
}

export function createChangePair({ transaction, tickets, recordChange, findSlaTerms }: Needs): ChangePair {
  return async ({ scope, ids }, by, decide) => {
    // Before the transaction, which holds a connection already.
    const { calendar } = await findSlaTerms(scope.tenantId, 'service')
    const record = (tx: PoolConnection, before: DeskTicket, change: Change) => {
      const fields = withClock(before, change.fields, (sla) => resumeSla(sla, calendar, by.at), by.at)
      return recordChange(tx, before, { ...change, fields }, by)
    }

    return transaction(async (tx) => {
      const locked = new Map<string, DeskTicket | null>()
      for (const id of [ids.one, ids.other].sort()) locked.set(id, await tickets.lock(tx, scope.tenantId, id))
      const pair = judgePair(scope, locked.get(ids.one) ?? null, locked.get(ids.other) ?? null)
      const change = await decide(pair, tx)
      if (change === null) return pair
      const one = await record(tx, pair.one, change.one)
      return { one, other: await record(tx, pair.other, change.other) }
    })
  }
}

function judgePair(scope: TicketScope, one: DeskTicket | null, other: DeskTicket | null): Pair<DeskTicket> {
  if (one === null || other === null) throw ticketNotFound()
  if (!maySee(scope, one) || !maySee(scope, other)) throw ticketNotFound()
  if (!worksOn(scope, one) || !worksOn(scope, other)) throw onlyStaffOfBoth()
  for (const { mergedInto } of [one, other]) if (mergedInto !== null) throw ticketMerged(mergedInto)
  return { one, other }
}
