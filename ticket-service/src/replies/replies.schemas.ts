import Type, { type Static } from 'typebox'
import { cursorQuery } from '../paging/cursor.request.ts'
import { AttachmentUrl } from '../tickets/tickets.schemas.ts'

export const ReplyBody = Type.Object({
  message: Type.String({ minLength: 1, maxLength: 65_535, pattern: '\\S' }),
  attachment_url: Type.Optional(AttachmentUrl),
  internal: Type.Optional(Type.Boolean({ description: 'true: a note among those who answer the ticket' })),
  waiting: Type.Optional(
    Type.Boolean({ description: 'true: the ticket waits for its requester from now on' }),
  ),
  mentions: Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
      maxItems: 50,
      description: 'accounts that are to be told of it',
    }),
  ),
})

export const RepliesQuery = Type.Object(cursorQuery)

export const ReplyWire = Type.Object({
  id: Type.String(),
  ticket_id: Type.String(),
  user_id: Type.Integer({ description: 'the author; 0 where no account is known' }),
  author: Type.String({ description: 'how the author is called' }),
  message: Type.String(),
  attachment_url: Type.Optional(Type.String()),
  internal: Type.Boolean(),
  is_solution: Type.Boolean(),
  created_at: Type.String(),
})
export type ReplyWire = Static<typeof ReplyWire>
