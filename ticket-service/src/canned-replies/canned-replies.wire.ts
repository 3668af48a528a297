import type { CannedReplyWire } from './canned-replies.schemas.ts'
import type { CannedReply } from './canned-reply.ts'

/** The one place that maps canned replies to the wire. */
export function toWireCannedReply({ id, name, body, createdAt, updatedAt }: CannedReply): CannedReplyWire {
  return { id, name, body, created_at: createdAt.toISOString(), updated_at: updatedAt.toISOString() }
}
