import type { Notification, Recipient } from './notification.ts'
import { notificationNotFound } from './notifications.errors.ts'
import type { NotificationsRepository } from './notifications.repository.ts'

export type MarkRead = (recipient: Recipient | null, id: string) => Promise<Notification>
export type MarkAllRead = (recipient: Recipient | null) => Promise<number>

type Needs = {
  notifications: Pick<NotificationsRepository, 'markRead' | 'markAllRead'>
  clock: { now(): Date }
}

/** @throws AppError notification.not_found, for another's too */
export function createMarkRead({ notifications, clock }: Needs): MarkRead {
  return async (recipient, id) => {
    const read = recipient === null ? null : await notifications.markRead(recipient, id, clock.now())
    if (read === null) throw notificationNotFound()
    return read
  }
}

/** @returns how many were unread */
export function createMarkAllRead({ notifications, clock }: Needs): MarkAllRead {
  return async (recipient) => (recipient === null ? 0 : notifications.markAllRead(recipient, clock.now()))
}
