import type { KeyUse } from '@werk/shared/directory/key-uses'

/** Writes down when API keys were last used: never backwards. */
export type RecordKeyUses = (uses: readonly KeyUse[]) => Promise<void>
