/** A file that was sent by itself. Until a ticket or a reply names its URL it is bound to nothing. */
export type Upload = {
  /** UUIDv7. */
  id: string
  tenantId: number
  /** The account of whoever sent it; null for a token without one. */
  ownerUid: number | null
  /** The login name of whoever sent it, folded. */
  ownerKey: string
  filename: string
  declaredType: string | null
  sniffedType: string | null
  /** Bytes. */
  size: number
  /** Hex; the name of the content in the attachment store. */
  sha256: string
  ticketId: string | null
  /** The reply that names it; null where the ticket itself does. */
  replyId: string | null
  createdAt: Date
}

/** What is needed to send it on: `open` and `locate` of the attachment store find its content by `sha256`. */
export type UploadedFile = Pick<
  Upload,
  'id' | 'filename' | 'declaredType' | 'sniffedType' | 'size' | 'sha256'
>

/** Whether somebody sent it. A login name that went to another account does not bring its uploads along. */
export function ownsUpload(
  { key, uid }: { key: string; uid: number | null },
  { ownerKey, ownerUid }: Pick<Upload, 'ownerKey' | 'ownerUid'>,
): boolean {
  if (key === '' || key !== ownerKey) return false
  return ownerUid === null || uid === null || ownerUid === uid
}
