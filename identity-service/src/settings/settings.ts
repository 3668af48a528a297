import { canonicalJson } from '@werk/shared/idempotency/canonical-json'

export const themes = ['system', 'light', 'dark'] as const

type Place = {
  /** BCP 47 */
  language: string
  /** IANA */
  timeZone: string
}

export type UserSettings = Place & {
  theme: (typeof themes)[number]
  notifications: { email: boolean; inApp: boolean }
}

/** What holds for the tenant's people who have set nothing else. */
export type TenantSettings = Place

export type UserSettingsChanges = Partial<Omit<UserSettings, 'notifications'>> & {
  notifications?: Partial<UserSettings['notifications']>
}
export type TenantSettingsChanges = Partial<TenantSettings>

/** As they are kept: only what was ever set, as JSON. */
export type StoredSettings = { user: string | null; tenant: string | null }

export function readTenantSettings(stored: string | null): TenantSettings {
  return { language: 'en', timeZone: 'UTC', ...parse<TenantSettingsChanges>(stored) }
}

/** The language and the time zone are the tenant's unless the person has set others. */
export function readUserSettings({ user, tenant }: StoredSettings): UserSettings {
  const { notifications, ...set } = parse<UserSettingsChanges>(user)
  return {
    theme: 'system',
    ...readTenantSettings(tenant),
    ...set,
    notifications: { email: true, inApp: true, ...notifications },
  }
}

export function mergeUserSettings(stored: string | null, changes: UserSettingsChanges): string {
  const before = parse<UserSettingsChanges>(stored)
  const notifications = { ...before.notifications, ...changes.notifications }
  return canonicalJson({ ...before, ...changes, notifications })
}

export function mergeTenantSettings(stored: string | null, changes: TenantSettingsChanges): string {
  return canonicalJson({ ...parse<TenantSettingsChanges>(stored), ...changes })
}

function parse<T extends object>(stored: string | null): T | Record<string, never> {
  return stored === null ? {} : (JSON.parse(stored) as T)
}

/** A language tag in its canonical spelling (BCP 47, ECMA-402), null for what is none. */
export function canonicalLanguage(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? null
  } catch {
    return null
  }
}

/** A name of the IANA time zone database; an offset such as `+01:00` is none, because it knows no summer time. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
