import type { Attachment } from '../tickets/ticket.ts'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import { ticketNotFound } from '../tickets/tickets.errors.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import type { Upload } from './upload.ts'
import type { UploadsRepository } from './uploads.repository.ts'

/** What was raised with the ticket, and what it or its replies name. */
export type TicketFiles = { attachments: Attachment[]; uploads: Upload[] }

/**
 * The files of a ticket, the first thousand of what it and its replies name; those of internal notes for those alone who answer
 * it. @throws AppError ticket.not_found
 */
export type ListAttachments = (scope: TicketScope, ticketId: string) => Promise<TicketFiles>

type Needs = {
  uploads: Pick<UploadsRepository, 'listOfTicket'>
  tickets: Pick<TicketsRepository, 'findById' | 'listAttachments'>
}

const mostUploads = 1000

export function createListAttachments({ uploads, tickets }: Needs): ListAttachments {
  return async (scope, ticketId) => {
    const ticket = await tickets.findById(scope, ticketId)
    if (ticket === null) throw ticketNotFound()
    const withInternal = worksOn(scope, ticket)
    const [attachments, named] = await Promise.all([
      tickets.listAttachments(ticket.id),
      uploads.listOfTicket(ticket.id, { withInternal, limit: mostUploads }),
    ])
    return { attachments, uploads: named }
  }
}
