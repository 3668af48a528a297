import type { PoolConnection } from '@werk/shared/database/pool'
import { resumeSla, stopSla } from '../sla/sla-clock.ts'
import type { FindSlaTerms } from '../sla/sla-terms.ts'
import type { ChangedFields, DeskTicket } from './desk-ticket.ts'
import type { DeskTicketsRepository } from './desk-tickets.repository.ts'
import type { By, Change, RecordChange } from './record-change.ts'
import { isAtWork } from './ticket-life.ts'
import { maySee, type TicketScope } from './ticket-policy.ts'
import { ticketNotFound, ticketWasChanged } from './tickets.errors.ts'

export type Target = {
  scope: TicketScope
  id: string
  /** The version that the caller has seen, by `If-Match`; null for whoever does not care. */
  ifMatch: number | null
}

/** Says what is to change, having seen the ticket as it is; null: nothing. */
export type Decide = (ticket: DeskTicket, tx: PoolConnection) => Change | null | Promise<Change | null>

/**
 * Changes a ticket: it is locked, judged and written in one transaction, so that of two changes the second sees what the
 * first has made. Every way to change a ticket goes through here.
 * @throws AppError ticket.not_found for what the scope does not show, ticket.precondition_failed for another version
 */
export type ChangeTicket = (target: Target, by: By, decide: Decide) => Promise<DeskTicket>

type Needs = {
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  tickets: DeskTicketsRepository
  recordChange: RecordChange
  findSlaTerms: FindSlaTerms
}

export function createChangeTicket(needs: Needs): ChangeTicket {
  const { transaction, tickets, recordChange, findSlaTerms } = needs

  return async ({ scope, id, ifMatch }, by, decide) => {
    // Before the transaction, which holds a connection already: what is not remembered is asked for by another one.
    const { calendar } = await findSlaTerms(scope.tenantId, 'service')
    return transaction(async (tx) => {
      const before = await tickets.lock(tx, scope.tenantId, id)
      if (before === null || !maySee(scope, before)) throw ticketNotFound()
      if (ifMatch !== null && ifMatch !== before.version) throw ticketWasChanged()
      const change = await decide(before, tx)
      if (change === null) return before
      const fields = withClock(before, change.fields, (sla) => resumeSla(sla, calendar, by.at), by.at)
      return recordChange(tx, before, { ...change, fields }, by)
    })
  }
}

/** The SLA's clock stops and goes on with what the ticket becomes: it runs while somebody here is expected to act. */
export function withClock(
  before: DeskTicket,
  fields: ChangedFields,
  resume: (sla: DeskTicket['sla']) => DeskTicket['sla'],
  at: Date,
): ChangedFields {
  const after = { ...before, ...fields }
  const sla = runs(after) ? resume(after.sla) : stopSla(after.sla, at)
  return sla === before.sla ? fields : { ...fields, sla }
}

function runs({ status, waitingSince, mergedInto }: DeskTicket): boolean {
  return isAtWork(status) && waitingSince === null && mergedInto === null
}
