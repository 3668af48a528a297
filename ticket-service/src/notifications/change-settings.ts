import type { Recipient } from './notification.ts'
import { type MailChoice, mailByDefault } from './notification-settings.ts'
import { noAccount } from './notifications.errors.ts'
import type { Chosen, SettingsRepository } from './settings.repository.ts'

export type ReadSettings = (recipient: Recipient | null) => Promise<MailChoice>
export type ChangeSettings = (recipient: Recipient | null, chosen: Chosen) => Promise<MailChoice>

type Needs = { settings: SettingsRepository }

/** @throws AppError notification_settings.not_found for nobody */
export function createReadSettings({ settings }: Needs): ReadSettings {
  return async (recipient) => {
    if (recipient === null) throw noAccount()
    return { ...mailByDefault, ...(await settings.find(recipient.userId)) }
  }
}

/** Changes what is named and leaves the rest. @throws AppError notification_settings.not_found for nobody */
export function createChangeSettings({ settings }: Needs): ChangeSettings {
  const read = createReadSettings({ settings })
  return async (recipient, chosen) => {
    if (recipient !== null) await settings.save(recipient.userId, chosen)
    return read(recipient)
  }
}
