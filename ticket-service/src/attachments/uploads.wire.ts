import type { Static } from 'typebox'
import { attachmentUrlOf } from './attachment-url.ts'
import type { UploadWire } from './attachments.schemas.ts'
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
