import type { ReplyWire } from './replies.schemas.ts'
import type { Reply } from './reply.ts'

/** The one place that maps replies to the Tickets dialect (contract 7). */
export function toWireReply(reply: Reply): ReplyWire {
  return {
    id: reply.id,
    ticket_id: reply.ticketId,
    user_id: reply.userId ?? 0,
    author: reply.authorName,
    message: reply.message,
    ...(reply.attachmentUrl !== null && { attachment_url: reply.attachmentUrl }),
    internal: reply.internal,
    is_solution: reply.isSolution,
    created_at: reply.createdAt.toISOString(),
  }
}
