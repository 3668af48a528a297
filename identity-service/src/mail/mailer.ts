/** A mail to one person, in plain text. */
export type Mail = { to: string; subject: string; text: string }

export type Mailer = {
  /** Hands a mail on. @throws when that may work later */
  send(mail: Mail): Promise<void>
}
