import type { Mail } from '@werk/shared/mail/mailer'
import type { MailToSend } from '../mail-deliveries.repository.ts'
import { shorten } from '../shorten.ts'
import { templates } from './templates.ts'

type Content = Omit<MailToSend, 'to'>

const longestSubject = 150

/**
 * A notification as a mail. Its Message-ID is always the same, and all mails about a ticket name one that began their
 * thread (RFC 5322, 3.6.4); programs that answer by themselves are told not to (RFC 3834).
 * @param domain of the sender's address
 */
export function notificationMail(content: Content, domain: string): Omit<Mail, 'to'> {
  const { kind, title, message, body, ticketId, notificationId } = content
  const template = templates[kind] ?? templates.other
  const thread = `<ticket.${ticketId}@${domain}>`
  return {
    // What looks like an encoded word (RFC 2047) would be shown as what it decodes to.
    subject: toOneLine(`${template.subject}: ${title}`).replaceAll('=?', '= ?'),
    text: `${body ?? message}

${template.sentence}
Ticket: ${toOneLine(title)}
Id: ${ticketId}

Which mails you get, you choose in the settings of your notifications.
`,
    messageId: `<notification.${notificationId}@${domain}>`,
    inReplyTo: thread,
    references: [thread],
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/** Without anything that breaks a line or turns its direction round. */
function toOneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').toWellFormed()
  return shorten(line.trim(), longestSubject)
}
