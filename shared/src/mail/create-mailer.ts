import { createFileMailer } from './file-mailer.ts'
import type { Mailer } from './mailer.ts'
import { createSmtpMailer } from './smtp-mailer.ts'

type Logger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** As `mailSettings` describes them. */
type Settings = { NODE_ENV: string; SMTP_URL?: string; MAIL_FROM: string; MAIL_DIR?: string }

/**
 * The way that mail takes, as configured: a server, in development a folder, or nowhere.
 * `checks` is for `/readyz`. Without a way (`isOff`) mails are lost, loudly: to keep them would send them much too late.
 */
export function createMailer(config: Settings, logger: Logger) {
  const { SMTP_URL: url, MAIL_FROM: from, MAIL_DIR: folder, NODE_ENV } = config
  const none: Record<string, () => Promise<unknown>> = {}
  if (url !== undefined) {
    const { ping: mail, ...mailer } = createSmtpMailer({ url, from, logger })
    return { mailer, isOff: false, checks: { ...none, mail } }
  }
  if (folder !== undefined && NODE_ENV !== 'production')
    return { mailer: createFileMailer({ folder, from, logger }), isOff: false, checks: none }
  if (NODE_ENV === 'production') logger.warn({}, 'SMTP_URL is not set: nobody gets a mail')
  const mailer: Mailer = {
    async send({ subject }) {
      logger.error({ subject }, 'a mail was not sent: SMTP_URL is not set')
    },
  }
  return { mailer, isOff: true, checks: none }
}
