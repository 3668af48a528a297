import type { Authenticate } from '@werk/shared/auth/authenticate'
import { createMailer } from '@werk/shared/mail/create-mailer'
import type { Mailer } from '@werk/shared/mail/mailer'
import type { PeriodicTask } from '@werk/shared/outbox/periodic-task'
import { Counter, type Registry } from 'prom-client'
import { createAccountsRepository } from '../notifications/accounts.repository.ts'
import { createChangeSettings, createReadSettings } from '../notifications/change-settings.ts'
import { createDeliveryWorker } from '../notifications/delivery-worker.ts'
import { createFindRecipient } from '../notifications/find-recipient.ts'
import { createMailChannel } from '../notifications/mail-channel.ts'
import { createMailDeliveries } from '../notifications/mail-deliveries.repository.ts'
import { createMarkAllRead, createMarkRead } from '../notifications/mark-read.ts'
import { registerNotificationSettingsRoutes } from '../notifications/notification-settings.routes.ts'
import { mailByDefault } from '../notifications/notification-settings.ts'
import { createNotificationsRepository } from '../notifications/notifications.repository.ts'
import { registerNotificationRoutes } from '../notifications/notifications.routes.ts'
import { createPurgeTask } from '../notifications/purge-task.ts'
import { createCountUnread, createListNotifications } from '../notifications/read-notifications.ts'
import { createSettingsRepository } from '../notifications/settings.repository.ts'
import { createTellOthers } from '../notifications/tell-others.ts'
import { createToldRepository } from '../notifications/told.repository.ts'
import { type CountDeliveries, composeWebhooks, type NotificationParts } from './webhooks.ts'

const dayMs = 24 * 60 * 60 * 1000

/** How others are told of what happens to tickets: in app, by mail and by webhooks. */
export function composeNotifications(parts: NotificationParts) {
  const { app, config, pool, metrics, clock } = parts
  const logger = app.log
  const { mailer, isOff, checks } = createMailer(config, logger)
  const countDelivery = countDeliveries(metrics)
  const webhooks = composeWebhooks(parts, countDelivery)
  const notifications = createNotificationsRepository(pool)
  const settings = createSettingsRepository(pool)
  const told = createToldRepository()
  const tellOthers = createTellOthers({
    told,
    mailByDefault: isOff ? null : mailByDefault,
    announce: webhooks.announce,
  })

  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * dayMs)
  const keepDays = config.NOTIFICATION_KEEP_DAYS
  const purge = (limit: number) => notifications.purge(daysAgo(keepDays), daysAgo(4 * keepDays), limit)
  const tasks = [
    ...(isOff ? [] : mailTasks(parts, mailer, countDelivery)),
    createPurgeTask({ name: 'notifications.purge', purge, logger }),
    ...webhooks.tasks,
  ]

  return {
    tellOthers,
    checks,
    tasks,
    register(authenticate: Authenticate): void {
      const findRecipient = createFindRecipient({ accounts: createAccountsRepository(pool) })
      registerNotificationRoutes(app, {
        authenticate,
        findRecipient,
        listNotifications: createListNotifications({ notifications }),
        countUnread: createCountUnread({ notifications }),
        markRead: createMarkRead({ notifications, clock }),
        markAllRead: createMarkAllRead({ notifications, clock }),
      })
      registerNotificationSettingsRoutes(app, {
        authenticate,
        findRecipient,
        readSettings: createReadSettings({ settings }),
        changeSettings: createChangeSettings({ settings }),
      })
      webhooks.register(authenticate)
    },
  }
}

function mailTasks(
  { app, config, pool, clock }: NotificationParts,
  mailer: Mailer,
  onSettled: CountDeliveries,
): PeriodicTask[] {
  const store = createMailDeliveries(pool)
  const domain = /@([^\s<>]+)>?\s*$/.exec(config.MAIL_FROM)?.[1] ?? 'localhost'
  const channel = createMailChannel({ deliveries: store, mailer, domain })
  const logger = app.log
  const purge = (limit: number) =>
    store.purge(new Date(clock.now().getTime() - config.DELIVERY_LOG_DAYS * dayMs), limit)
  return [
    createDeliveryWorker({ channel, store, slots: 10, batch: 10, onSettled, logger }),
    createPurgeTask({ name: 'mails.purge', purge, logger }),
  ]
}

function countDeliveries(metrics: Registry): CountDeliveries {
  const deliveries = new Counter({
    name: 'notification_deliveries_total',
    help: 'attempts to tell somebody by mail or webhook, by how they ended; pending: it will be tried again',
    labelNames: ['channel', 'state'],
    registers: [metrics],
  })
  return (channel, state) => deliveries.inc({ channel, state })
}
