import Type, { type Static } from 'typebox'
import { cursorQuery } from '../paging/cursor.request.ts'
import { ticketCategories } from '../tickets/ticket-kinds.ts'
import { chatAuthors, chatEntryKinds } from './chat-message.ts'
import { chatStatuses } from './chat-session.ts'
import { presenceStatuses } from './presence.ts'

const Message = Type.String({ minLength: 1, maxLength: 10_000, pattern: '\\S' })
const Presence = Type.Enum([...presenceStatuses], {
  description: 'online takes new chats; away takes none, and stays in those that are under way',
})

export const PresenceBody = Type.Object({ status: Presence })

export const OwnPresenceWire = Type.Object({
  status: Presence,
  heartbeat_seconds: Type.Integer({ description: 'how often it is to be said again' }),
  expires_in_seconds: Type.Integer({ description: 'after which it is over, unless it is said again' }),
})

export const PresenceWire = Type.Object({
  agents_online: Type.Boolean({ description: 'whether somebody would answer a chat of yours now' }),
  agents: Type.Optional(
    Type.Array(Type.Object({ user_id: Type.Integer(), name: Type.String(), status: Presence }), {
      description: 'who is there, for staff alone',
    }),
  ),
})
export type PresenceWire = Static<typeof PresenceWire>

export const OpenBody = Type.Object({
  message: Message,
  title: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '\\S',
      description: 'without it the first line of the message',
    }),
  ),
  category: Type.Optional(Type.Enum([...ticketCategories], { description: 'service, if left out' })),
})

export const MessageBody = Type.Object({
  message: Message,
  nonce: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description: 'of your choice: a message that comes again with it is the same message',
    }),
  ),
})

export const CloseBody = Type.Object({
  to_ticket: Type.Optional(Type.Boolean({ description: 'true: makes a ticket of it, for staff alone' })),
})

export const ChatParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

export const SessionsQuery = Type.Object(cursorQuery)

export const MessagesQuery = Type.Object({
  ...cursorQuery,
  wait: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 25,
      description: 'seconds to wait where there is nothing after the cursor; an empty page when it is over',
    }),
  ),
})

export const SessionWire = Type.Object({
  id: Type.String(),
  tenant_id: Type.Integer(),
  user_id: Type.Integer({ description: 'who opened it; 0 where no account is known' }),
  name: Type.String({ description: 'how they are called' }),
  title: Type.String(),
  category: Type.Enum([...ticketCategories]),
  status: Type.Enum([...chatStatuses]),
  agent_id: Type.Optional(Type.Integer({ description: 'who accepted it' })),
  agent_name: Type.Optional(Type.String()),
  ticket_id: Type.Optional(Type.String({ description: 'the ticket that it became' })),
  last_message_id: Type.String(),
  created_at: Type.String(),
  accepted_at: Type.Optional(Type.String()),
  ended_at: Type.Optional(Type.String()),
})
export type SessionWire = Static<typeof SessionWire>

export const MessageWire = Type.Object({
  id: Type.String(),
  session_id: Type.String(),
  kind: Type.Enum([...chatEntryKinds], {
    description: 'message: somebody said something; all others: what became of the chat',
  }),
  from: Type.Enum([...chatAuthors]),
  user_id: Type.Integer({ description: 'the author; 0 where no account is known' }),
  author: Type.String({ description: 'how the author is called' }),
  message: Type.String({ description: 'empty for what nobody said' }),
  created_at: Type.String(),
})
export type MessageWire = Static<typeof MessageWire>
