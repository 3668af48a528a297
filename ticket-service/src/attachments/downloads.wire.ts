import type { Static } from 'typebox'
import type { DownloadUrl } from './attachments.schemas.ts'
import type { IssuedUrl } from './create-download-url.ts'

export function toDownloadUrlWire({ url, expiresAt }: IssuedUrl): Static<typeof DownloadUrl> {
  return { url, expires_at: expiresAt.toISOString() }
}
