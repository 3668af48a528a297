import type { InvGateClient } from '@werk/shared/invgate/client'
import type { TakeOver } from '../sync/take-over.ts'
import type { Attachment, Ticket } from './ticket.ts'
import type { TicketScope } from './ticket-policy.ts'
import { ticketNotFound } from './tickets.errors.ts'
import type { TicketsRepository } from './tickets.repository.ts'

/** `stale`: InvGate could not be asked in time, so this is what it said last. */
export type TicketDetail = { ticket: Ticket; attachments: Attachment[]; stale: boolean }

export type GetTicket = (scope: TicketScope, invGateId: number) => Promise<TicketDetail>

type Needs = {
  tickets: TicketsRepository
  invgate: Pick<InvGateClient, 'findIncident'>
  takeOver: TakeOver
  /** For how long the mirror is taken for fresh. */
  freshMs: number
  /** How long to wait for InvGate. */
  refreshTimeoutMs: number
  clock: { now(): Date }
  logger: { warn(fields: object, message: string): void }
}

/** One ticket from the local mirror, refreshed from InvGate where that is old. @throws AppError ticket.not_found */
export function createGetTicket(needs: Needs): GetTicket {
  const { tickets, invgate, takeOver, freshMs, refreshTimeoutMs, clock, logger } = needs

  const refresh = async (scope: TicketScope, ticket: Ticket): Promise<Ticket | null> => {
    try {
      const askedAt = clock.now()
      const incident = await invgate.findIncident(ticket.invGateId, { timeoutMs: refreshTimeoutMs })
      if (incident === null) return null
      await takeOver(ticket, { incident, askedAt, comments: null })
      return await tickets.findByInvGateId(scope, ticket.invGateId)
    } catch (err) {
      logger.warn({ err, inv_gate_id: ticket.invGateId }, 'the mirror answers instead of InvGate')
      return null
    }
  }

  return async (scope, invGateId) => {
    const ticket = await tickets.findByInvGateId(scope, invGateId)
    if (ticket === null) throw ticketNotFound()
    const isFresh = clock.now().getTime() - ticket.syncedAt.getTime() <= freshMs
    const [refreshed, attachments] = await Promise.all([
      isFresh ? ticket : refresh(scope, ticket),
      tickets.listAttachments(ticket.id),
    ])
    return { ticket: refreshed ?? ticket, attachments, stale: refreshed === null }
  }
}
