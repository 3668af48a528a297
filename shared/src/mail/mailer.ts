/** A mail to one person, in plain text. */
export type Mail = {
  to: string
  subject: string
  text: string
  /** Stays the same however often a mail is sent, so that mail programs can tell that it is one (RFC 5322, 3.6.4). */
  messageId?: string
  /** Ids of mails that it follows, by which mail programs show them together. */
  inReplyTo?: string
  references?: string[]
  headers?: Record<string, string>
}

export type Mailer = {
  /** Hands a mail on. @throws when that may work later */
  send(mail: Mail): Promise<void>
}
