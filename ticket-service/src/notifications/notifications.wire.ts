import { type Notification, notificationKinds } from './notification.ts'
import type { MailChoice } from './notification-settings.ts'
import type { Settings, SettingsBody, Notification as WireNotification } from './notifications.schemas.ts'

/** The one place that maps notifications and their settings to the wire. */

export function toWireNotification(notification: Notification): WireNotification {
  return {
    id: notification.id,
    kind: notification.kind,
    title: notification.title,
    message: notification.message,
    ticket_id: notification.ticketId,
    actor_id: notification.actorId,
    read_at: notification.readAt?.toISOString() ?? null,
    created_at: notification.createdAt.toISOString(),
  }
}

export function toWireSettings(mails: MailChoice): Settings {
  const channels = (email: boolean) => ({ in_app: true as const, email })
  return {
    'ticket.created': channels(mails['ticket.created']),
    'ticket.replied': channels(mails['ticket.replied']),
    'ticket.status_changed': channels(mails['ticket.status_changed']),
    'ticket.assigned': channels(mails['ticket.assigned']),
    'ticket.escalated': channels(mails['ticket.escalated']),
  }
}

/** Only what is named. */
export function toMailChoice(body: SettingsBody): Partial<MailChoice> {
  const named = notificationKinds.flatMap((kind) => {
    const email = body[kind]?.email
    return email === undefined ? [] : [[kind, email] as const]
  })
  return Object.fromEntries(named)
}
