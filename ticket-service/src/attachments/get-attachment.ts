import type { Attachment } from '../tickets/ticket.ts'
import type { TicketScope } from '../tickets/ticket-policy.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import { attachmentNotFound } from './attachments.errors.ts'

/** A ticket by our UUID or by InvGate's number. */
export type GetAttachment = (scope: TicketScope, ticket: string, attachmentId: string) => Promise<Attachment>

/** For those who may see the ticket; unknown and foreign are alike. @throws AppError attachment.not_found */
export function createGetAttachment({ tickets }: { tickets: TicketsRepository }): GetAttachment {
  return async (scope, ticketId, attachmentId) => {
    const ticket = /^\d+$/.test(ticketId)
      ? await tickets.findByInvGateId(scope, Number(ticketId))
      : await tickets.findById(scope, ticketId)
    const attachment = ticket === null ? null : await tickets.findAttachment(ticket.id, attachmentId)
    if (attachment === null) throw attachmentNotFound()
    return attachment
  }
}
