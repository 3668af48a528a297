import Type, { type Static } from 'typebox'
import { notificationKinds } from './notification.ts'

export const NotificationsQuery = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  cursor: Type.Optional(
    Type.String({ pattern: '^[0-9a-f-]{36}$', description: 'the last id seen; older ones follow' }),
  ),
  unread: Type.Boolean({ default: false, description: 'only those that were not read' }),
})

export const NotificationParams = Type.Object({ id: Type.String({ maxLength: 36 }) })

export const Notification = Type.Object({
  id: Type.String(),
  kind: Type.String({ description: `one of ${notificationKinds.join(', ')}` }),
  title: Type.String({ description: "the ticket's" }),
  message: Type.String({ description: 'a sentence' }),
  ticket_id: Type.String(),
  actor_id: Type.Union([Type.Integer(), Type.Null()], { description: 'null for InvGate and the service' }),
  read_at: Type.Union([Type.String(), Type.Null()]),
  created_at: Type.String(),
})
export type Notification = Static<typeof Notification>

export const UnreadCount = Type.Object({ unread: Type.Integer() })
export const ReadCount = Type.Object({
  read: Type.Integer({ description: 'how many were unread until now' }),
})

const channels = Type.Object({
  in_app: Type.Literal(true, { description: 'cannot be switched off' }),
  email: Type.Boolean(),
})
export const Settings = Type.Object({
  'ticket.created': channels,
  'ticket.replied': channels,
  'ticket.status_changed': channels,
  'ticket.assigned': channels,
  'ticket.escalated': channels,
})
export type Settings = Static<typeof Settings>

const someChannels = Type.Optional(
  Type.Object(
    { in_app: Type.Optional(Type.Literal(true)), email: Type.Optional(Type.Boolean()) },
    { additionalProperties: false },
  ),
)
export const SettingsBody = Type.Object(
  {
    'ticket.created': someChannels,
    'ticket.replied': someChannels,
    'ticket.status_changed': someChannels,
    'ticket.assigned': someChannels,
    'ticket.escalated': someChannels,
  },
  { additionalProperties: false },
)
export type SettingsBody = Static<typeof SettingsBody>
