import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Database } from '../infrastructure/database.ts'
import { createOwnProfile } from '../profile/own-profile.ts'
import { createProfileRepository } from '../profile/profile.repository.ts'
import { registerWorkpulseProfileRoutes } from '../profile/workpulse-profile.routes.ts'
import { createOwnSettings } from '../settings/own-settings.ts'
import { createSettingsRepository } from '../settings/settings.repository.ts'
import { registerWorkpulseSettingsRoutes } from '../settings/workpulse-settings.routes.ts'
import { createOwnTeamsRepository } from '../teams/own-teams.repository.ts'

type Parts = { app: App; database: Database; authenticate: Authenticate; getOwnAccount: GetOwnAccount }

/** What everybody does with the own account: its profile and settings. */
export function composeProfile(parts: Parts): void {
  const { app, database } = parts
  const profiles = createProfileRepository(database)
  const ownTeams = createOwnTeamsRepository(database)
  registerWorkpulseProfileRoutes(app, {
    ...parts,
    ownProfile: createOwnProfile({ ...parts, profiles, ownTeams }),
  })
  const settings = createSettingsRepository(database)
  registerWorkpulseSettingsRoutes(app, { ...parts, ownSettings: createOwnSettings({ ...parts, settings }) })
}
