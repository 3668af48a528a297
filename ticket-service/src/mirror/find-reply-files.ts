import type { IncidentFile } from '@werk/shared/invgate/request-body'
import type { AttachmentStore } from '../attachments/attachment-store.ts'
import { parseAttachmentUrl } from '../attachments/attachment-url.ts'
import type { UploadsRepository } from '../attachments/uploads.repository.ts'
import { toIncidentFile } from '../intents/draft.ts'
import type { Reply } from '../replies/reply.ts'

/** What InvGate gets along with a reply: the file of ours that it names, where it lies on this machine. */
export type FindReplyFiles = (tenantId: number, reply: Reply) => Promise<IncidentFile[]>

type Needs = { uploads: Pick<UploadsRepository, 'find'>; attachmentStore: Pick<AttachmentStore, 'locate'> }

export function createFindReplyFiles({ uploads, attachmentStore }: Needs): FindReplyFiles {
  return async (tenantId, { attachmentUrl }) => {
    const parsed = attachmentUrl === null ? null : parseAttachmentUrl(attachmentUrl)
    if (parsed?.kind !== 'own') return []
    const upload = await uploads.find(tenantId, parsed.id)
    if (upload === null) return []
    const file = { ...upload, path: '' }
    return [toIncidentFile({ ...file, path: await attachmentStore.locate(file) })]
  }
}
