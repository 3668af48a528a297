import type { NotificationKind } from '../notification.ts'

export type MailTemplate = {
  /** What the title of the ticket follows. */
  subject: string
  /** What the mail is about; what was said stands above it. */
  sentence: string
}

const byKind: Record<NotificationKind, MailTemplate> = {
  'ticket.created': { subject: 'New ticket', sentence: 'It waits for somebody to take it.' },
  'ticket.replied': {
    subject: 'Reply',
    sentence: 'This was said in a ticket of yours or one that you follow.',
  },
  'ticket.status_changed': {
    subject: 'New status',
    sentence: 'This is a ticket of yours or one that you follow.',
  },
  'ticket.assigned': { subject: 'Assigned', sentence: 'This is a ticket of yours or one that you follow.' },
  'ticket.escalated': { subject: 'Escalated', sentence: 'Its time is running out or is over.' },
}

/** What each kind of mail says around its message. `other` is for kinds of a later version. */
export const templates: Readonly<Record<string, MailTemplate>> & { other: MailTemplate } = {
  ...byKind,
  other: { subject: 'News', sentence: 'This is a ticket of yours or one that you follow.' },
}
