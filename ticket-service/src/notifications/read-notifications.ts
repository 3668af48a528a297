import type { Notification, Recipient } from './notification.ts'
import type { NotificationsRepository } from './notifications.repository.ts'

export type NotificationsPage = { notifications: Notification[]; nextCursor: string | null }
export type ListNotifications = (
  recipient: Recipient | null,
  page: { unreadOnly: boolean; cursor: string | null; limit: number },
) => Promise<NotificationsPage>
export type CountUnread = (recipient: Recipient | null) => Promise<number>

type Needs = { notifications: Pick<NotificationsRepository, 'list' | 'countUnread'> }

/** What somebody was told, newest first, a page at a time; nothing for nobody. */
export function createListNotifications({ notifications }: Needs): ListNotifications {
  return async (recipient, { unreadOnly, cursor, limit }) => {
    if (recipient === null) return { notifications: [], nextCursor: null }
    const found = await notifications.list(recipient, { unreadOnly, before: cursor, limit: limit + 1 })
    const page = found.slice(0, limit)
    return { notifications: page, nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null }
  }
}

export function createCountUnread({ notifications }: Needs): CountUnread {
  return async (recipient) => (recipient === null ? 0 : notifications.countUnread(recipient))
}
