import type { TicketsRepository } from '../tickets/tickets.repository.ts'
import { linkNotFound } from './attachments.errors.ts'
import type { DownloadTokens } from './download-token.ts'
import type { SavedFile } from './plan-download.ts'
import type { UploadsRepository } from './uploads.repository.ts'

export type FindLinkedFile = (token: string) => Promise<SavedFile>

type Needs = {
  tokens: Pick<DownloadTokens, 'verify'>
  uploads: Pick<UploadsRepository, 'find'>
  tickets: Pick<TicketsRepository, 'findAttachment'>
}

/** The file that a link leads to, whoever follows it. @throws AppError download.not_found */
export function createFindLinkedFile({ tokens, uploads, tickets }: Needs): FindLinkedFile {
  return async (token) => {
    const link = tokens.verify(token)
    if (link === null) throw linkNotFound()
    const { tenantId, ticketId, id } = link
    const file =
      ticketId === null ? await uploads.find(tenantId, id) : await tickets.findAttachment(ticketId, id)
    if (file === null) throw linkNotFound()
    return file
  }
}
