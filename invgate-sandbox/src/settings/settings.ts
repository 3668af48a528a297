import Type, { type Static } from 'typebox'

/** How live instances differ. It changes while the sandbox runs, through the control routes. */
export type Settings = {
  /** `incident-only` refuses POST `incidents` with `refusalStatus`. */
  createShape: 'both' | 'incident-only'
  refusalStatus: 404 | 405
  /** `incidents.by.customer` and `.by.agent` leave out what is closed, rejected or cancelled. */
  openOnlyListings: boolean
}

export const defaultSettings: Readonly<Settings> = {
  createShape: 'both',
  refusalStatus: 404,
  openOnlyListings: false,
}

export const settingsChange = Type.Partial(
  Type.Object({
    create_shape: Type.Enum(['both', 'incident-only']),
    refusal_status: Type.Enum([404, 405]),
    open_only_listings: Type.Boolean(),
  }),
  { additionalProperties: false },
)

export type SettingsChange = Static<typeof settingsChange>

export function changeSettings(settings: Settings, change: SettingsChange): void {
  settings.createShape = change.create_shape ?? settings.createShape
  settings.refusalStatus = change.refusal_status ?? settings.refusalStatus
  settings.openOnlyListings = change.open_only_listings ?? settings.openOnlyListings
}

export function presentSettings(settings: Settings): Required<SettingsChange> {
  return {
    create_shape: settings.createShape,
    refusal_status: settings.refusalStatus,
    open_only_listings: settings.openOnlyListings,
  }
}
