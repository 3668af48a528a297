import type { IncidentComment } from '@werk/shared/invgate/comments'
import type { Reply } from '../replies/reply.ts'
import { foldText } from '../tickets/fold-text.ts'

/** What InvGate gets of a reply. What is attached elsewhere in the web is named; our own files go along. */
export function commentOf({ message, attachmentUrl }: Pick<Reply, 'message' | 'attachmentUrl'>): string {
  const isForeign = attachmentUrl !== null && /^https?:/i.test(attachmentUrl)
  return isForeign ? `${message}\n\n${attachmentUrl}` : message
}

/** Whether a comment may be this reply, come back. */
export function isCommentOf(
  comment: Pick<IncidentComment, 'message' | 'customerVisible'>,
  reply: Pick<Reply, 'message' | 'attachmentUrl' | 'internal'>,
): boolean {
  return (
    comment.customerVisible === !reply.internal && foldText(comment.message) === foldText(commentOf(reply))
  )
}
