import type { Config } from '../config.ts'
import type { Mailer } from '../mail/mailer.ts'
import { createFileMailer } from './mail-files.ts'
import { createSmtpMailer } from './mail-smtp.ts'

type Logger = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

type Settings = Pick<Config, 'NODE_ENV' | 'SMTP_URL' | 'MAIL_FROM' | 'MAIL_DIR'>

/**
 * The way that mail takes, as configured: a server, in development a folder, or nowhere.
 * `checks` is for `/readyz`. Without a way mails are lost, loudly: to keep them would send them much too late.
 */
export function createMailer(config: Settings, logger: Logger) {
  const { SMTP_URL: url, MAIL_FROM: from, MAIL_DIR: folder, NODE_ENV } = config
  const none: Record<string, () => Promise<unknown>> = {}
  if (url !== undefined) {
    const { ping: mail, ...mailer } = createSmtpMailer({ url, from, logger })
    return { mailer, checks: { ...none, mail } }
  }
  if (folder !== undefined && NODE_ENV !== 'production')
    return { mailer: createFileMailer({ folder, from, logger }), checks: none }
  if (NODE_ENV === 'production') logger.warn({}, 'SMTP_URL is not set: nobody gets a mail for a new password')
  const mailer: Mailer = {
    async send({ subject }) {
      logger.error({ subject }, 'a mail was not sent: SMTP_URL is not set')
    },
  }
  return { mailer, checks: none }
}
