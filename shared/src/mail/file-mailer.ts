import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Mailer } from './mailer.ts'

type Options = {
  folder: string
  from: string
  logger: { info(fields: object, message: string): void }
}

/** For development: writes each mail to a file that mail programs open, and names it in the log. */
export function createFileMailer({ folder, from, logger }: Options): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true })
  return {
    async send({ to, ...mail }) {
      const { message } = await transport.sendMail({ from, to: { name: '', address: to }, ...mail })
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const time = new Date().toISOString().replaceAll(':', '-')
      const file = join(folder, `${time}-${randomUUID().slice(0, 8)}.eml`)
      await writeFile(file, message, { flag: 'wx', mode: 0o600 })
      logger.info({ file }, 'a mail was written to a file, because SMTP_URL is not set')
    },
  }
}
