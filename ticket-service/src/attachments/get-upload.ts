import { validate as isUuid } from 'uuid'
import { type TicketScope, worksOn } from '../tickets/ticket-policy.ts'
import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import { attachmentNotFound } from './attachments.errors.ts'
import { ownsUpload, type Upload } from './upload.ts'
import type { UploadsRepository } from './uploads.repository.ts'

export type GetUpload = (scope: TicketScope, id: string) => Promise<Upload>

type Needs = {
  uploads: Pick<UploadsRepository, 'find' | 'isOfInternalNote'>
  tickets: Pick<TicketsRepository, 'findById'>
}

/**
 * One that no ticket names is for its owner alone; else for whoever may see the ticket, or, where an internal note names
 * it, who works on the ticket. Unknown and foreign are alike. @throws AppError attachment.not_found
 */
export function createGetUpload({ uploads, tickets }: Needs): GetUpload {
  const maySee = async (scope: TicketScope, upload: Upload): Promise<boolean> => {
    if (upload.ticketId === null) return ownsUpload(scope.viewer, upload)
    const ticket = await tickets.findById(scope, upload.ticketId)
    if (ticket === null) return false
    return worksOn(scope, ticket) || upload.replyId === null || !(await uploads.isOfInternalNote(upload))
  }

  return async (scope, id) => {
    const upload = isUuid(id) ? await uploads.find(scope.tenantId, id.toLowerCase()) : null
    if (upload === null || !(await maySee(scope, upload))) throw attachmentNotFound()
    return upload
  }
}
