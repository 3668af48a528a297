import type { Static } from 'typebox'
import { attachmentUrlOf } from './attachment-url.ts'
import type { TicketFile, UploadWire } from './attachments.schemas.ts'
import type { TicketFiles } from './list-attachments.ts'
import type { Upload } from './upload.ts'

export function toUploadWire(upload: Upload): Static<typeof UploadWire> {
  const { id, filename, sniffedType, size, sha256 } = upload
  return {
    id,
    attachment_url: attachmentUrlOf(id),
    filename,
    content_type: sniffedType ?? 'application/octet-stream',
    size,
    sha256,
  }
}

/** In the order in which they came. */
export function toTicketFilesWire({ attachments, uploads }: TicketFiles): Static<typeof TicketFile>[] {
  const files = [
    ...attachments.map((file) => ({
      ...file,
      url: `/tickets/${file.ticketId}/attachments/${file.id}`,
      replyId: null,
    })),
    ...uploads.map((file) => ({ ...file, url: attachmentUrlOf(file.id) })),
  ]
  return files
    .toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
    .map(({ id, url, filename, sniffedType, size, sha256, replyId, createdAt }) => ({
      ...{ id, url, filename, content_type: sniffedType ?? 'application/octet-stream', size, sha256 },
      ...(replyId !== null && { reply_id: replyId }),
      created_at: createdAt.toISOString(),
    }))
}
