import type { Principal } from '@werk/shared/auth/principal'
import type { FieldErrors } from '@werk/shared/errors/app-error'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Actor } from '../audit/audit-entry.ts'
import { invalidSettings, notTheirAdmin } from './settings.errors.ts'
import type { SettingsRepository } from './settings.repository.ts'
import {
  canonicalLanguage,
  isTimeZone,
  mergeTenantSettings,
  mergeUserSettings,
  readTenantSettings,
  readUserSettings,
  type TenantSettings,
  type TenantSettingsChanges,
  type UserSettings,
  type UserSettingsChanges,
} from './settings.ts'

/** `tenant` is for its admins alone. */
export type SettingsView = { user: UserSettings; tenant: TenantSettings | null }
export type SettingsChanges = { user?: UserSettingsChanges; tenant?: TenantSettingsChanges }

type Asker = { caller: Principal /** the tenant that the request works in */; tenantId: number }
type Needs = { getOwnAccount: GetOwnAccount; settings: SettingsRepository }

export type OwnSettings = {
  /** @throws AppError as `GetOwnAccount` */
  get(asker: Asker): Promise<SettingsView>
  /** Changes what is named and leaves the rest. @throws AppError settings.invalid, settings.forbidden */
  change(asker: Asker, changes: SettingsChanges, actor: Actor): Promise<SettingsView>
}

/** A person's settings, and the tenant's for its admins. */
export function createOwnSettings({ getOwnAccount, settings }: Needs): OwnSettings {
  const get = async ({ caller, tenantId }: Asker): Promise<SettingsView> => {
    const account = await getOwnAccount(caller)
    const [user, ownTenant] = await Promise.all([
      settings.findOfUser(account.id),
      settings.findOfTenant(account.tenantId),
    ])
    return {
      user: readUserSettings({ user, tenant: ownTenant }),
      tenant: caller.role === 'admin' ? readTenantSettings(await settings.findOfTenant(tenantId)) : null,
    }
  }

  return {
    get,

    async change(asker, changes, actor) {
      const { caller, tenantId } = asker
      if (changes.tenant !== undefined && caller.role !== 'admin') throw notTheirAdmin()
      const user = changes.user && canonicalPlace('user', changes.user)
      const tenant = changes.tenant && canonicalPlace('tenant', changes.tenant)
      const account = await getOwnAccount(caller)
      if (user !== undefined)
        await settings.changeOfUser(account, actor, (stored) => mergeUserSettings(stored, user))
      if (tenant !== undefined)
        await settings.changeOfTenant(tenantId, actor, (stored) => mergeTenantSettings(stored, tenant))
      return get(asker)
    },
  }
}

function canonicalPlace<T extends TenantSettingsChanges>(part: 'user' | 'tenant', changes: T): T {
  const { language, timeZone } = changes
  const errors: FieldErrors = {}
  const canonical = language === undefined ? undefined : canonicalLanguage(language)
  if (canonical === null) errors[`${part}.language`] = ['must be a language tag (BCP 47), such as pt-BR']
  if (timeZone !== undefined && !isTimeZone(timeZone))
    errors[`${part}.time_zone`] = ['must be an IANA time zone, such as Europe/Berlin']
  if (Object.keys(errors).length > 0) throw invalidSettings(errors)
  return { ...changes, ...(canonical !== undefined && canonical !== null && { language: canonical }) }
}
