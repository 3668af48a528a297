import type { Mailer } from '@werk/shared/mail/mailer'
import { type Channel, cameThrough, type Delivery, didNot } from './channel.ts'
import type { MailDeliveries } from './mail-deliveries.repository.ts'
import { notificationMail } from './mails/notification-mail.ts'

type Needs = {
  deliveries: Pick<MailDeliveries, 'find'>
  mailer: Mailer
  /** Of the sender's address: ids of mails end in it. */
  domain: string
}

/** Tells people by mail. It is written when it is sent, and only to whoever may still be told. */
export function createMailChannel({ deliveries, mailer, domain }: Needs): Channel<Delivery> {
  return {
    name: 'email',
    async deliver({ id }) {
      const mail = await deliveries.find(id)
      if (mail === null) return didNot('its notification is gone', { final: true })
      const { to, ...content } = mail
      if (to === null) return didNot('there is nobody any more who may be told', { final: true })
      await mailer.send({ to, ...notificationMail(content, domain) })
      return cameThrough()
    },
  }
}
