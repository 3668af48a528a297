import { noteApiKeyUse } from '../api-keys/note-use.repository.ts'
import type { Database } from '../infrastructure/database.ts'
import type { RecordKeyUses } from './key-uses.ts'

/** Writes down what another service reports of the use of API keys; the future is not believed. */
export function createRecordKeyUses(database: Database): RecordKeyUses {
  return async (uses) => {
    const now = Date.now()
    for (const { id, at } of uses) {
      await noteApiKeyUse(database, { id, lastUsedAt: null }, new Date(Math.min(Date.parse(at), now)))
    }
  }
}
