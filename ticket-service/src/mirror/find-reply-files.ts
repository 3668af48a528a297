import type { IncidentFile } from '@werk/shared/invgate/request-body'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { parseAttachmentUrl } from '../attachments/attachment-url.ts'
import type { UploadsRepository } from '../attachments/uploads.repository.ts'
import { toIncidentFile } from '../intents/draft.ts'
import type { Reply } from '../replies/reply.ts'

/** What InvGate gets along with a reply: the file of ours that it names, where it lies on this machine. */
export type FindReplyFiles = (tenantId: number, reply: Reply) => Promise<IncidentFile[]>

type Needs = {
  uploads: Pick<UploadsRepository, 'find'>
  attachmentStore: Pick<AttachmentStore, 'locate'>
  /** The service's own address as clients know it. */
  publicUrl?: string | undefined
}

export function createFindReplyFiles({ uploads, attachmentStore, publicUrl }: Needs): FindReplyFiles {
  return async (tenantId, { ticketId, attachmentUrl }) => {
    const parsed = attachmentUrl === null ? null : parseAttachmentUrl(attachmentUrl, publicUrl)
    if (parsed?.kind !== 'own') return []
    const upload = await uploads.find(tenantId, parsed.id)
    // Only what was found to be the author's own is bound to their ticket.
    if (upload === null || upload.ticketId !== ticketId) return []
    const file = { ...upload, path: '' }
    return [toIncidentFile({ ...file, path: await attachmentStore.locate(file) })]
  }
}
