import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { FindRecipient } from './find-recipient.ts'
import type { MarkAllRead, MarkRead } from './mark-read.ts'
import {
  Notification,
  NotificationParams,
  NotificationsQuery,
  ReadCount,
  UnreadCount,
} from './notifications.schemas.ts'
import { toWireNotification } from './notifications.wire.ts'
import type { CountUnread, ListNotifications } from './read-notifications.ts'

type Needs = {
  authenticate: Authenticate
  findRecipient: FindRecipient
  listNotifications: ListNotifications
  countUnread: CountUnread
  markRead: MarkRead
  markAllRead: MarkAllRead
}

const common = { tags: ['Notifications'], security: [{ bearer: [] }] }
const path = '/api/v1/notifications'

/** What the caller was told (contract 8). */
export function registerNotificationRoutes(app: App, needs: Needs): void {
  const { authenticate, findRecipient, listNotifications, countUnread, markRead, markAllRead } = needs
  const onRequest = authenticate
  const recipientOf = (request: FastifyRequest) => findRecipient(callerOf(request), request.tenantId)

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Own notifications, newest first',
        querystring: NotificationsQuery,
        response: { 200: Envelope(Type.Array(Notification)) },
      },
    },
    async (request) => {
      const { limit, cursor = null, unread: unreadOnly } = request.query
      const recipient = await recipientOf(request)
      const { notifications, nextCursor } = await listNotifications(recipient, { unreadOnly, cursor, limit })
      const pagination = {
        ...(nextCursor !== null && { next_cursor: nextCursor }),
        has_next: nextCursor !== null,
        has_prev: cursor !== null,
        limit,
      }
      return envelope(request, notifications.map(toWireNotification), { pagination })
    },
  )

  app.get(
    `${path}/unread-count`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'How many were not read',
        response: { 200: Envelope(UnreadCount) },
      },
    },
    async (request) => envelope(request, { unread: await countUnread(await recipientOf(request)) }),
  )

  app.patch(
    `${path}/:id/read`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'One was read',
        params: NotificationParams,
        response: { 200: Envelope(Notification) },
      },
    },
    async (request) => {
      const read = await markRead(await recipientOf(request), request.params.id)
      return envelope(request, toWireNotification(read))
    },
  )

  app.patch(
    `${path}/read`,
    {
      onRequest,
      schema: { ...common, summary: 'All were read', response: { 200: Envelope(ReadCount) } },
    },
    async (request) => envelope(request, { read: await markAllRead(await recipientOf(request)) }),
  )
}
