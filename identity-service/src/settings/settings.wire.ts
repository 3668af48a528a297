import type { SettingsChanges, SettingsView } from './own-settings.ts'
import type { SettingsPatch, SettingsWire } from './settings.schemas.ts'

/** The one place that maps settings to the wire and back. */

export function toWireSettings({ user, tenant }: SettingsView): SettingsWire {
  const { language, timeZone, theme, notifications } = user
  const { email, inApp } = notifications
  return {
    user: { language, time_zone: timeZone, theme, notifications: { email, in_app: inApp } },
    tenant: tenant === null ? null : { language: tenant.language, time_zone: tenant.timeZone },
  }
}

export function toChanges({ user, tenant }: SettingsPatch): SettingsChanges {
  return {
    ...(user !== undefined && { user: toUserChanges(user) }),
    ...(tenant !== undefined && { tenant: toPlace(tenant) }),
  }
}

type UserPatch = NonNullable<SettingsPatch['user']>

function toUserChanges({ theme, notifications, ...place }: UserPatch): NonNullable<SettingsChanges['user']> {
  const { email, in_app: inApp } = notifications ?? {}
  return {
    ...toPlace(place),
    ...(theme !== undefined && { theme }),
    ...(notifications !== undefined && {
      notifications: { ...(email !== undefined && { email }), ...(inApp !== undefined && { inApp }) },
    }),
  }
}

function toPlace({ language, time_zone: timeZone }: NonNullable<SettingsPatch['tenant']>) {
  return { ...(language !== undefined && { language }), ...(timeZone !== undefined && { timeZone }) }
}
