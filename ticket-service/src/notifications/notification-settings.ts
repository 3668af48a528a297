import type { NotificationKind } from './notification.ts'

/** Of which kinds somebody wants mails. In app everybody is told of everything. */
export type MailChoice = Readonly<Record<NotificationKind, boolean>>

/**
 * What is mailed to whoever chose nothing: what one's own tickets wait for. A new ticket or an escalation would reach
 * every agent of a tenant.
 */
export const mailByDefault: MailChoice = {
  'ticket.created': false,
  'ticket.replied': true,
  'ticket.status_changed': true,
  'ticket.assigned': true,
  'ticket.escalated': false,
}
