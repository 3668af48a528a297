import { createTransport } from 'nodemailer'
import type { Mailer } from './mailer.ts'

type Options = {
  /** smtp:// or smtps://, with user and password where the server wants them */
  url: string
  from: string
  logger: { warn(fields: object, message: string): void }
}

/** Well within the lease of the outbox, whose job a mail is. */
const timeoutMs = 10_000

/** Sends mail through an SMTP server, a connection each. */
export function createSmtpMailer({ url, from, logger }: Options): Mailer & { ping(): Promise<unknown> } {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ to, ...mail }) {
      try {
        // An object, because text would be read as a list of addresses.
        await transport.sendMail({ from, to: { name: '', address: to }, ...mail })
      } catch (error) {
        if (!isRefusedForGood(error)) throw error
        logger.warn({ err: error }, 'the mail server refused a recipient for good')
      }
    },
    ping: () => transport.verify(),
  }
}

/** RFC 5321, 4.2.1: 5yz to the recipient, such as a mailbox that is not there, stays so however often it is asked. */
function isRefusedForGood(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'EENVELOPE' &&
    'responseCode' in error &&
    Number(error.responseCode) >= 500
  )
}
