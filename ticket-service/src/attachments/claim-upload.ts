import type { PoolConnection } from '@werk/shared/database/pool'
import { parseAttachmentUrl } from './attachment-url.ts'
import { invalidAttachmentUrl, unknownAttachmentUrl } from './attachments.errors.ts'
import { ownsUpload, type UploadedFile } from './upload.ts'
import type { UploadsRepository } from './uploads.repository.ts'

export type UploadClaim = {
  tenantId: number
  /** The caller's login name, folded. */
  callerKey: string
  /** The caller's account; null for a token without one. */
  callerUid: number | null
  /** As the caller sent it. */
  attachmentUrl: string
  /** Our UUID of the ticket, whose row is there already in this transaction. */
  ticketId: string
  /** Null where the ticket itself names it. */
  replyId: string | null
}

/**
 * Binds the upload that a ticket or a reply names to it, in the transaction that writes it.
 * @returns the file, for InvGate; null for a place elsewhere in the web, which is stored as text and never fetched
 * @throws AppError attachment.invalid with `errors.attachment_url` for what is neither, and, all alike, for an upload that
 *   is unknown, somebody else's, another tenant's or bound to another ticket
 */
export type ClaimUpload = (tx: PoolConnection, claim: UploadClaim) => Promise<UploadedFile | null>

type Needs = {
  uploads: Pick<UploadsRepository, 'lock' | 'bind'>
  /** The service's own address as clients know it. */
  publicUrl?: string | undefined
}

export function createClaimUpload({ uploads, publicUrl }: Needs): ClaimUpload {
  return async (tx, { tenantId, callerKey, callerUid, attachmentUrl, ticketId, replyId }) => {
    const parsed = parseAttachmentUrl(attachmentUrl, publicUrl)
    if (parsed === null) throw invalidAttachmentUrl()
    if (parsed.kind === 'foreign') return null

    const upload = await uploads.lock(tx, tenantId, parsed.id)
    const isFree = upload !== null && (upload.ticketId === null || upload.ticketId === ticketId)
    if (!isFree || !ownsUpload({ key: callerKey, uid: callerUid }, upload)) throw unknownAttachmentUrl()
    await uploads.bind(tx, upload, { ticketId, replyId })
    const { id, filename, declaredType, sniffedType, size, sha256 } = upload
    return { id, filename, declaredType, sniffedType, size, sha256 }
  }
}
