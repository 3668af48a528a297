import Type, { type Static } from 'typebox'
import { cursorQuery } from '../paging/cursor.request.ts'
import { TicketParams } from '../tickets/tickets.schemas.ts'

const name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '\\S',
  description: 'unique in the tenant',
})
const body = Type.String({
  minLength: 1,
  maxLength: 65_535,
  pattern: '\\S',
  description: 'may hold {{ticket.title}}, {{requester.name}} and {{agent.name}}',
})
const Id = Type.String({ minLength: 1, maxLength: 64 })

export const CannedReplyBody = Type.Object({ name, body })

export const CannedReplyChanges = Type.Object(
  { name: Type.Optional(name), body: Type.Optional(body) },
  { minProperties: 1 },
)

export const CannedReplyParams = Type.Object({ id: Id })

export const PreviewParams = Type.Object({ ...TicketParams.properties, replyId: Id })

export const CannedRepliesQuery = Type.Object(cursorQuery)

export const CannedReplyWire = Type.Object({
  id: Type.String(),
  name: Type.String(),
  body: Type.String(),
  created_at: Type.String({ description: 'RFC 3339' }),
  updated_at: Type.String(),
})
export type CannedReplyWire = Static<typeof CannedReplyWire>

export const PreviewWire = Type.Object({ message: Type.String({ description: 'as it would be sent' }) })
