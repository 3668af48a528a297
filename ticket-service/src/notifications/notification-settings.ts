import type { NotificationKind } from './notification.ts'

/** Of which kinds somebody wants mails. In app everybody is told of everything. */
export type MailChoice = Readonly<Record<NotificationKind, boolean>>

/**
 * What is mailed to whoever chose nothing: what one's own tickets wait for. Never what is told to all agents of a tenant, such
 * as a new ticket or what is written in one that nobody has: anybody could send mails to all of them at once.
 */
export const mailByDefault: MailChoice = {
  'ticket.created': false,
  'ticket.replied': true,
  'ticket.status_changed': true,
  'ticket.assigned': true,
  'ticket.escalated': false,
}
